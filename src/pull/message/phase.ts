import type { MentionedUrl } from "./names.ts";

/**
 * What the runtime was doing when it failed, as far as the text shows.
 * - `ping`: asking whether there is a registry (CRI-O's first request, never with a login)
 * - `token`: asking a token server · `manifest`: asking for the manifest by its tag
 * - `content`: after the reference was resolved: blobs, configuration, unpacking
 */
export type Phase = "ping" | "token" | "manifest" | "content" | "unknown";

const tokenWords =
  /failed to authorize\b|failed to fetch (?:oauth|anonymous) token|retrieve auth token|requesting bear(?:er)? token|obtain access token|token response|decoding bearer token/i;
const contentWords =
  /failed to copy|read(?:er)?seeker|failed to (?:unpack|extract|register layer)|failed commit|pulling image configuration|parsing image configuration|download failed|(?:writing|reading|fetching|storing) blob|copying (?:system image|config)|\[blobs |content descriptor|choosing an image|get image config|platform in manifest|fetching image layer|happened during read/i;

export function phaseOf(masked: string, asked: MentionedUrl | undefined): Phase {
  // A blob store may ask for a token too; what is broken then is still the way to the content.
  if (contentWords.test(masked) || /\/blobs\//.test(asked?.path ?? "")) return "content";
  if (tokenWords.test(masked) || /(?:^|&)(?:scope|service)=/.test(asked?.query ?? "")) return "token";
  if (/pinging (?:container|docker) registry|ping attempt failed/.test(masked)) return "ping";
  if (/^\/v[12]\/(?:_ping)?$/.test(asked?.path ?? "")) return "ping";
  if (
    /\/manifests\//.test(asked?.path ?? "") ||
    /[Rr]eading manifest|\[manifests |failed to resolve|manifest (?:media|mime) ?type/.test(masked)
  )
    return "manifest";
  return "unknown";
}

/** Nothing of an image was asked yet, so whoever answered had nothing to ask of a registry behind it. */
export function isBeforeImage(phase: Phase): boolean {
  return phase === "ping" || phase === "token";
}
