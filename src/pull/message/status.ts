/** How runtimes and tools write the status of an answer, on masked text. The engine's own API answers 500 to everything. */
const ownApi = /\bAPI error \(\d{3}\)|\(HTTP code \d{3}\)/g;
const written = [
  // containerd (all), BuildKit, ORAS: `unexpected status from HEAD <url>: 401 Unauthorized`, `status code [manifests <name>]: 401`
  /\bunexpected status(?: code)?(?: from (?:GET|HEAD|POST|PUT) <url>| <url>| \[(?:manifests|blobs) <name>\])?: (\d{3})\b/,
  /\bstatus code (?:\[(?:manifests|blobs) <name>\]|<url>)?:? ?(\d{3})\b/i,
  // containers/image: `invalid status code from registry 403 (Forbidden)`, `StatusCode: 404, "…"`
  /\binvalid status code from registry (\d{3})\b/,
  /\bStatusCode: (\d{3})\b/,
  // containers/image and moby
  /\breceived unexpected HTTP status: (\d{3})\b/,
  /\berror parsing HTTP (\d{3}) response body/,
  /\b(?:HTTP|http) (?:status|code|error)(?: code)?:? (\d{3})\b/,
  /\bStatus (\d{3}) (?:trying to pull|while fetching)\b/,
  // stargz-snapshotter fs/remote
  /\baccess to the registry with code (\d{3})\b/,
  // oci-client, in a confidential guest
  /\bServer error: url <url>, code: (\d{3})\b/,
  // The page of whoever stands in front of the registry; its tags are masked: `<html>… <<name>>403 Forbidden<`
  /<html\b[^\n]{0,400}?>\s{0,8}(?:HTTP |Error )?([45]\d{2}) [A-Z]/i,
  // any: `: 403 Forbidden`
  /(?:^|[:\s])([45]\d{2}) (?:[A-Z][a-z]|\()/,
];

/** The HTTP status that a registry, token server, blob store or proxy answered with, where the text has one. */
export function httpStatus(masked: string): number | undefined {
  const text = masked.replace(ownApi, "");
  for (const pattern of written) {
    const status = Number(pattern.exec(text)?.[1]);
    if (status >= 100 && status < 600) return status;
  }
  return undefined;
}

/** Harbor's own, where what it asks of the registry behind has a limit of either's (src/server/middleware/repoproxy/proxy.go, 2.9 on). */
const limitBehind = /\btoo many requests to upstream registry\b/;
/** What is absent behind a cache is absent in it. */
const answerBehind = /\bhttp status code: (?!404)([45]\d\d), body:/;

/** ECR's, of a pull-through cache: its login at the registry behind failed, which Docker Hub tells of absent repositories too. */
const loginBehind = /\bauthentication to the upstream registry failed\b/i;

/** What somebody got who asks another registry in turn: the status of its answer, a refusal without one, or no good answer. */
export type PassedOn = number | "refusal" | "unreached";

/**
 * The status of an answer that whoever answers got itself, mostly from the registry behind a cache, and gives on inside
 * its own: Harbor writes one answer into another, with the same code or, of a token server's answer, with one of its own
 * (src/pkg/reg/adapter, src/pkg/registry, 2.1-2.15). What it was sent has no part in it.
 */
export function passedOnStatus(masked: string): PassedOn | undefined {
  if (limitBehind.test(masked)) return 429;
  if (loginBehind.test(masked)) return "refusal";
  const status = answerBehind.exec(masked)?.[1];
  return status === undefined ? undefined : Number(status);
}
