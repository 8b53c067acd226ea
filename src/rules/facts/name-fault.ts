import { parseImageReference } from "../../pull/image-reference.ts";

/** What makes a reference none, and the reference that is left without it, where only one can be meant. */
export interface NameFault {
  readonly says: string;
  readonly heals: string;
  readonly meant?: string;
}

/** Go's and YAML's way of writing a number of seven digits and more, which a template made of a tag (helm/helm cmd, `--set`). */
const float = /:\d(?:\.\d+)?e\+\d{2,3}(?:@|$)/;

/** Undefined where the reference is a valid one, or nothing tells what is wrong with it. */
export function nameFault(image: string): NameFault | undefined {
  if (parseImageReference(image).ok) return undefined;
  const scheme = /^[a-z][a-z0-9+.-]{0,20}:\/\//i.exec(image)?.[0];
  if (scheme !== undefined)
    return {
      says: `It begins with ${scheme}, and a reference has no scheme.`,
      heals: `Leave out ${scheme}`,
      ...(mayBePage(scheme, image) ? {} : meant(image.slice(scheme.length))),
    };
  if (/\s/.test(image)) return spaced(image);
  if (float.test(image))
    return {
      says: "Its tag is a number as templates write long ones, and + may not stand in a tag.",
      heals: "Quote the tag where the template takes it from, so that it stays a text (Helm: --set-string)",
    };
  if (image.startsWith("/"))
    return {
      says: "Nothing stands before its first slash.",
      heals: "Give the image the registry's host, or leave out the slash",
    };
  if (/^[:@]/.test(image))
    return { says: "Nothing stands before its tag.", heals: "Give the image the repository" };
  if (image.endsWith(":"))
    return { says: "It ends in a colon, with no tag behind it.", heals: "Give the image the tag" };
  return undefined;
}

/** The address of a page about an image, as a browser shows it, is seldom the image's; none ends in a tag or a digest. */
function mayBePage(scheme: string, image: string): boolean {
  return /^https?:/i.test(scheme) && !/\/[^/:@]{1,300}[:@][^/]{1,300}$/.test(image.slice(scheme.length));
}

/** At the ends and beside a sign, white space is too much; between two words it stands where a sign was meant. */
function spaced(image: string): NameFault {
  const says = "There is white space in it.";
  const closed = image.trim().replace(/\s*([:/@])\s*/g, "$1");
  return /\s/.test(closed)
    ? { says, heals: "Put what belongs there in place of the white space, such as the colon before a tag" }
    : { says, heals: "Leave out the white space", ...meant(closed) };
}

function meant(image: string): { readonly meant?: string } {
  return parseImageReference(image).ok ? { meant: image } : {};
}
