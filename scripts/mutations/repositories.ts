import { imagesIn, isOfProject, keysIn } from "./hosts.ts";
import type { Random } from "./random.ts";
import { each, escapeRegExp, isDraft, mapStrings, ofKind, payloadAnnotation, type World } from "./world.ts";

/** A repository's and a tag's names are anybody's choice, so the new ones hold the words of causes. */
const segments = [
  "unauthorized-page",
  "denied-orders",
  "tls-proxy",
  "manifest-unknown",
  "no-space-left",
  "rate-limiter",
  "connection-refused",
  "expired-carts",
  "eof",
  "404",
  "lookup",
  "insufficient_scope",
] as const;
const tags = [
  "401",
  "Forbidden",
  "not-found",
  "2.0.0-EOF",
  "x509",
  "denied",
  "timeout",
  "503",
  "TLS",
] as const;

interface Parts {
  readonly host: string;
  readonly path: string;
  readonly tag: string | undefined;
}

/** Undefined for what is no reference: such images stay as they are. */
function partsOf(image: string): Parts | undefined {
  const found =
    /^(?:([^/@]*[.:][^/@]*|localhost)\/)?([a-z0-9._/-]+)(?::([\w.-]+))?(?:@sha256:[0-9a-f]{64})?$/.exec(
      image,
    );
  if (found?.[2] === undefined) return undefined;
  return { host: found[1] ?? "", path: found[2], tag: found[3] };
}

/** kubelet pkg/kubelet/nodestatus/setters.go, MaxNamesPerImageInNodeStatus. */
const publishedNames = 5;

/** Another repository for every image, segment by segment, in images, registry keys and messages alike. */
export function renameRepositories(world: World, random: Random): void {
  const images = imagesIn(world).flatMap((image) => partsOf(image) ?? []);
  const keys = keysIn(world)
    .map(pathOfKey)
    .filter((path) => path !== "");
  const known = new Set(images.flatMap(({ path }) => path.split("/")));
  // A key whose path ends within a segment is a prefix of some names and not of others; so is one in capitals.
  const entangled = keys.some((path) => {
    const parts = path.split("/");
    return (
      images.some((image) => image.path.toLowerCase().startsWith(path.slice(0, 3).toLowerCase())) &&
      !parts.every((part) => known.has(part))
    );
  });
  // Of an image with many names a node publishes the first in their order, which other names would change.
  const isCut = ofKind(world, "Node").some((node) =>
    each(node, "status", "images").some(
      ({ names }) => Array.isArray(names) && names.length >= publishedNames,
    ),
  );
  if (entangled || isCut || images.length === 0 || imagesIn(world).some(isOfProject)) return;
  const renamed = new Map(
    [...known].map((part) => [part, part === "library" ? part : random.fresh(segments)]),
  );
  const rename = (path: string): string =>
    path
      .split("/")
      .map((part) => renamed.get(part) ?? part)
      .join("/");
  const paths = [
    ...new Set([
      ...images.flatMap(({ host, path }) =>
        host === "" || host.endsWith("docker.io") ? [path, `library/${path}`] : [path],
      ),
      ...keys.filter((path) => path.split("/").every((part) => known.has(part))),
    ]),
  ].toSorted((a, b) => b.length - a.length);
  replaceInText(world, paths, rename);
}

function pathOfKey(key: string): string {
  const path = key.replace(/^[a-z]+:\/\//i, "").replace(/^[^/]*\/?/, "");
  return path.replace(/^v[12](\/|$)/, "").replace(/\/$/, "");
}

/** In messages a path stands behind a host, in a URL, in a URL's query or in quotes; a bare word is left alone. */
function replaceInText(world: World, paths: readonly string[], rename: (path: string) => string): void {
  const plain = new RegExp(
    `(?<=[/"]|docker:\\/\\/|%2F|%3A|\\b(?:for|repository|name|image) |^)(${paths.map(escapeRegExp).join("|")})(?=[:@"/?,]|%3A|%40|: | |$)`,
    "g",
  );
  const encoded = new RegExp(
    `(?<=%3A|%2F)(${paths.map((path) => escapeRegExp(path.replaceAll("/", "%2F"))).join("|")})(?=%3A|%2F|&|$)`,
    "g",
  );
  const map = (text: string): string =>
    text
      .replace(encoded, (path) => rename(path.replaceAll("%2F", "/")).replaceAll("/", "%2F"))
      .replace(plain, (path) => rename(path));
  mapImageTexts(world.objects, map);
  world.texts.push(map);
}

/** Other tags, in images and in messages. */
export function renameTags(world: World, random: Random): void {
  const images = imagesIn(world).flatMap((image) => partsOf(image) ?? []);
  const known = [...new Set(images.flatMap(({ tag }) => tag ?? []))].filter((tag) => tag !== "latest");
  if (known.length === 0) return;
  const renamed = new Map(known.map((tag) => [tag, random.fresh(tags)]));
  const names = known
    .toSorted((a, b) => b.length - a.length)
    .map(escapeRegExp)
    .join("|");
  const pattern = new RegExp(
    `(?<=[a-z0-9]:|/manifests/|\\bmanifests |\\bmanifest |\\b[Tt]ag )(${names})(?=[\\s"@,?:;\\]]|$)`,
    "g",
  );
  mapImageTexts(world.objects, (text) => text.replace(pattern, (tag) => renamed.get(tag) ?? tag));
}

const messageFields = new Set(["message", "note"]);
const imageFields = new Set(["image", "reference"]);

/** Only fields that hold images, messages or registry keys: elsewhere the same word may be another name. */
function mapImageTexts(value: unknown, map: (text: string) => string): void {
  if (Array.isArray(value)) {
    for (const item of value) mapImageTexts(item, map);
    return;
  }
  if (!isDraft(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "string") {
      if (imageFields.has(name) || messageFields.has(name)) value[name] = map(member);
      else if (name === payloadAnnotation) value[name] = mapPayload(member, map);
    } else if (name === "names") value[name] = mapStrings(member, map);
    else mapImageTexts(member, map);
  }
}

const keyFields = ["wouldHave", "readable", "credHelpers", "looseRegistries", "registryKey"];

/** The other words of what was learnt from a Secret are the program's own. */
function mapPayload(payload: string, map: (text: string) => string): string {
  const learnt = JSON.parse(payload) as Record<string, unknown>;
  for (const field of keyFields) if (field in learnt) learnt[field] = mapStrings(learnt[field], map);
  for (const entry of each(learnt, "entries")) entry["registryKey"] = mapStrings(entry["registryKey"], map);
  return JSON.stringify(learnt);
}
