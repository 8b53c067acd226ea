import { parseImageReference } from "../image-reference.ts";
import type { FailureKind } from "./kinds.ts";
import type { MentionedUrl } from "./names.ts";

/** Sentences that name a host or a reference, in the raw text: CRI-O's ping, containerd's older status, blocked registries. */
const namedHosts = [
  /\bpinging (?:container|docker) registry (?!returned:)(\S{1,512}?):?(?:\s|$)/,
  /\bpulling from host (\S{1,512})/,
  /\bregistry (\S{1,512}) is blocked in/,
];
const namedReferences = [
  /\b[Rr]eading manifest \S{1,512} in (\S{1,1024}?):?(?:\s|$)/,
  /\binitializing source docker:\/\/(\S{1,1024}?):?(?:\s|$)/,
];

/** The host that answered or was dialled, with its port where the text has one. */
export function hostOf(
  error: string,
  kind: FailureKind,
  asked: MentionedUrl | undefined,
): string | undefined {
  // Behind proxyconnect stands the proxy; a proxy that was reached is not named, and refused the host of the URL.
  if (kind === "dns-failure" || kind === "proxy-failure") {
    const name = lastMatch(error, /\blookup (?!<)([^\s:"]{1,253})/g);
    if (name !== undefined) return name;
    if (/\bproxyconnect\b/.test(error)) return lastMatch(error, /\bdial tcp (\S{1,300}?):? /g);
  }
  if (asked !== undefined && asked.host !== "") return asked.host;
  // Go's crypto/x509 says for which name it looked, though no URL stands before it (moby, of a configuration's blob).
  if (kind === "tls-hostname-mismatch") {
    const name = lastMatch(
      error,
      /(?:\bcertificate is valid for [^\n]{1,4000}?, not|\bbut wanted to match) ([^\s,;"]{1,253})/g,
    );
    if (name !== undefined) return name;
  }
  for (const pattern of namedHosts) {
    const host = pattern.exec(error)?.[1];
    if (host !== undefined) return host;
  }
  for (const pattern of namedReferences) {
    const reference = parseImageReference(pattern.exec(error)?.[1] ?? "");
    if (reference.ok) return reference.registry;
  }
  return lastMatch(error, /\bdial tcp (\S{1,300}?):? /g);
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

/** The platform that the image has no variant for: moby's words, then containers/image's. */
export function platformOf(error: string): string | undefined {
  const moby = /no matching manifest for ([\w./-]{1,64})/.exec(error)?.[1];
  if (moby !== undefined) return moby;
  const found = /for architecture "?(\w{1,32})"?, variant "?(\w{0,32})"?, OS "?(\w{1,32})"?/.exec(
    error.replace(/\\+"/g, '"'),
  );
  if (found === null) return undefined;
  const [, architecture = "", variant = "", system = ""] = found;
  return [system, architecture, ...(variant === "" ? [] : [variant])].join("/");
}
