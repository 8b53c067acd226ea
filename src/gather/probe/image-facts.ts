import type { RegistryProbe } from "../../evidence/registry-probe.ts";
import { isDockerHubHost } from "../../pull/probe/habits.ts";
import { jsonOf } from "./body.ts";
import { isGood } from "./fetch-token.ts";
import { manifestTypes, platformOf, readManifest } from "./manifest.ts";
import type { Reply } from "./registries.ts";
import type { Pass, Requests } from "./requests.ts";
import { isRegistry } from "./step.ts";

export type ImageFacts = Pick<RegistryProbe, "digest" | "platforms" | "content">;

/**
 * Of an image whose manifest a registry gives: its digest and its platforms. A runtime gets the manifest by its digest next, and chooses the platform
 * from it. Docker Hub counts each GET of a manifest as a pull, so there it is left at the HEAD.
 */
export async function lookInto(
  requests: Requests,
  found: Reply,
  pass: Pass | undefined,
): Promise<ImageFacts> {
  const { answer } = found;
  if (answer === undefined) return {};
  const [digest] = answer.headers.get("docker-content-digest") ?? [];
  const known = digest === undefined ? {} : { digest };
  if (isDockerHubHost(requests.base.host) || !isRegistry(answer)) return known;
  const whole = requests.steps.at(-1)?.method === "GET" ? found : await byDigest(requests, digest, pass);
  const json = whole?.answer === undefined || !isGood(whole) ? undefined : jsonOf(whole.answer);
  const content = json === undefined ? undefined : readManifest(json);
  switch (content?.kind) {
    case undefined:
      return known;
    case "index":
      return { ...known, content: "image", platforms: content.platforms };
    case "image":
      return { ...known, content: "image", ...(await platformsOf(requests, content.config, pass)) };
    case "artifact":
    case "schema1":
      return { ...known, content: content.kind };
  }
}

async function byDigest(
  requests: Requests,
  digest: string | undefined,
  pass: Pass | undefined,
): Promise<Reply | undefined> {
  if (digest === undefined || !/^sha\d{3}:[0-9a-f]{64,128}$/.test(digest)) return undefined;
  const url = requests.url("manifests", digest);
  return requests.send({ by: "node", method: "GET", target: "content", url, accept: manifestTypes }, pass);
}

async function platformsOf(requests: Requests, config: string, pass: Pass | undefined): Promise<ImageFacts> {
  const url = requests.url("blobs", config);
  const reply = await requests.send({ by: "node", method: "GET", target: "config", url }, pass);
  const json = reply?.answer === undefined || !isGood(reply) ? undefined : jsonOf(reply.answer);
  const platform = platformOf(json);
  return platform === undefined ? {} : { platforms: [platform] };
}
