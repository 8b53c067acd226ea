import { redacted, redactMessage } from "./message-redaction.ts";

/** As long as an image is read; the API server has no limit but the object's. */
const longest = 4096;

/** What distribution/reference (v0.6) reads as a name with a tag, a digest or both; nothing of it can be a login. */
const reference =
  /^(?:(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?\/)?[a-z0-9._/-]+(?::\w[\w.-]{0,127})?(?:@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,128})?$/;

/**
 * An image as written, without a login that somebody put in it (`robot:password@host/…`, `https://user:password@host/…`): in
 * its place stands what stands there in messages that quote the image, so that the two are still the same. No image with a
 * login is one that can be pulled, before and after.
 */
export function shownImage(image: string): string {
  if (image.length > longest) return redacted;
  if (reference.test(image)) return image;
  // Messages quote an image as Go does; between quotes a login may have blanks in it.
  const shown = redactMessage(JSON.stringify(image));
  try {
    const read: unknown = JSON.parse(shown);
    return typeof read === "string" ? read : redacted;
  } catch {
    return redacted;
  }
}
