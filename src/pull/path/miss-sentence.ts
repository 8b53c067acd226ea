import type { UrlFault } from "../../evidence/go/url.ts";
import type { ImageReference } from "../image-reference.ts";
import type { MissReason, PathDetail } from "./miss-reason.ts";

/** One sentence on why the kubelet passes an entry over for an image. */
export function missSentence(
  reason: MissReason,
  entry: { readonly registryKey: string },
  image: Extract<ImageReference, { ok: true }>,
): string {
  const key = visibleKey(entry.registryKey);
  const { registry } = image;
  switch (reason.kind) {
    case "empty-key":
      return '"" names no registry.';
    case "hidden":
      return `${entry.registryKey} stands for a key that does not read as a registry host.`;
    case "dropped":
      return `${key} is no valid key (${faultWords[reason.fault]}); the kubelet drops the entry.`;
    case "scheme":
      return `${key} begins with ${reason.scheme}; only https:// and http:// in lower case are taken off.`;
    case "placeholder":
      return `${key} is a placeholder that was never filled in.`;
    case "stray-character":
      return `${key} has a ${reason.character} in its host, which no registry's name has.`;
    case "invisible-character":
      return `${key} has a character that cannot be seen, so it is another host than ${registry}.`;
    case "hub-alias":
      return `${key} never matches Docker Hub's images; the key for them is https://index.docker.io/v1/.`;
    case "host-case":
      return `${key} and ${registry} differ in capitals, which count.`;
    case "port":
      return `${key} names ${portWords(reason.keyPort)}, the image ${portWords(reason.imagePort)}; they have to be equal as text.`;
    case "label-count":
      return labelWords(reason, key, registry);
    case "path":
      return `${key} is for ${pathWords[reason.detail]}; the image is ${image.repository}.`;
    case "shadowed":
      return `${key} is asked only when nothing else matches, and ${visibleKey(reason.by)} does.`;
    case "other-host":
      return hostWords(reason.host, key, registry);
  }
}

function hostWords(host: string, key: string, registry: string): string {
  if (host.startsWith("[")) return `${key} is read as a pattern, since it has no port behind the brackets.`;
  if (/[.:]/.test(key) || host === "localhost") return `${key} is another registry than ${registry}.`;
  return `${key} is no registry host: it has neither a dot nor a port.`;
}

function portWords(port: string): string {
  return port === "" ? "no port" : `port ${port}`;
}

function labelWords(
  { keyLabels, imageLabels, trailingDot }: Extract<MissReason, { kind: "label-count" }>,
  key: string,
  registry: string,
): string {
  if (trailingDot) return `${key} ends in a dot, which makes it another host than ${registry}.`;
  const labels = keyLabels === 1 ? "1 host label" : `${keyLabels} host labels`;
  return `${key} has ${labels}, ${registry} has ${imageLabels}; a * stands for one label.`;
}

const pathWords: Readonly<Record<PathDetail, string>> = {
  "api-version": "a path that begins with the API's version, which stays unless a slash follows it",
  tag: "a path with a tag or digest, which is never looked up",
  glob: "a path with *, which stands for nothing there",
  "trailing-slash": "a longer path, since a slash ends it",
  case: "a path in other capitals",
  longer: "a longer path",
  other: "another path",
};

const faultWords: Readonly<Record<UrlFault, string>> = {
  "control-character": "it holds a line break or another control character",
  "host-character": "its host holds a blank or another character that no host has",
  port: "its port is no number",
  brackets: "brackets are for IPv6 addresses only",
  userinfo: "what stands before @ is no user name",
  percent: "a % is not followed by two hexadecimal digits",
};

/** In quotes, and with escapes, where blanks or characters that nobody sees are part of it. */
export function visibleKey(key: string): string {
  if (!/[\s\p{Cc}\p{Cf}]/u.test(key)) return key;
  return JSON.stringify(key).replaceAll(
    /[\u007f-\u00a0\u00ad]|[^\S ]|\p{Cf}/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
