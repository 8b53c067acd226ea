import type { RegistryProbe } from "../../evidence/registry-probe.ts";
import { isDockerHubHost } from "../../pull/probe/habits.ts";
import { jsonOf } from "./body.ts";
import { isGood } from "./fetch-token.ts";
import {
  type IndexedImage,
  isDigest,
  type ManifestContent,
  manifestTypes,
  platformOf,
  readManifest,
} from "./manifest.ts";
import type { Reply } from "./registries.ts";
import type { Pass, Requests } from "./requests.ts";
import { isRegistry } from "./step.ts";

export type ImageFacts = Pick<RegistryProbe, "digest" | "platforms" | "content" | "layers">;

/** The node's platform, where it is asked whether the image for it is whole. */
export type Wholeness = { readonly os: string; readonly architecture: string } | undefined;

/** Of layers: enough for most images, and a bound for those with a hundred. */
const mostLayers = 5;

/**
 * Of an image whose manifest a registry gives: its digest and its platforms. A runtime gets the manifest by its digest next, and chooses the platform
 * from it. Docker Hub counts each GET of a manifest as a pull, so there it is left at the HEAD.
 */
export async function lookInto(
  requests: Requests,
  found: Reply,
  pass: Pass | undefined,
  whole: Wholeness,
): Promise<ImageFacts> {
  const { answer } = found;
  if (answer === undefined) return {};
  const [digest] = answer.headers.get("docker-content-digest") ?? [];
  const known = digest === undefined ? {} : { digest };
  if (isDockerHubHost(requests.base.host) || !isRegistry(answer)) return known;
  const reply = requests.steps.at(-1)?.method === "GET" ? found : await byDigest(requests, digest, pass);
  const content = manifestIn(reply);
  switch (content?.kind) {
    case undefined:
      return known;
    case "index":
      return {
        ...known,
        content: "image",
        platforms: content.platforms,
        ...(whole === undefined ? {} : await imageOf(requests, content.images, whole, pass)),
      };
    case "image":
      return {
        ...known,
        content: "image",
        ...(await platformsOf(requests, content.config, pass)),
        ...(whole === undefined ? {} : await layersOf(requests, content.layers, pass)),
      };
    case "artifact":
    case "schema1":
      return { ...known, content: content.kind };
  }
}

function manifestIn(reply: Reply | undefined): ManifestContent | undefined {
  const json = reply?.answer === undefined || !isGood(reply) ? undefined : jsonOf(reply.answer);
  return json === undefined ? undefined : readManifest(json);
}

async function byDigest(
  requests: Requests,
  digest: string | undefined,
  pass: Pass | undefined,
): Promise<Reply | undefined> {
  if (digest === undefined || !isDigest(digest)) return undefined;
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

/** The image that an index has for the platform, as far down as its layers. */
async function imageOf(
  requests: Requests,
  images: readonly IndexedImage[],
  { os, architecture }: NonNullable<Wholeness>,
  pass: Pass | undefined,
): Promise<ImageFacts> {
  const own = images.find(({ platform }) => `${platform}/`.startsWith(`${os}/${architecture}/`));
  const content = manifestIn(await byDigest(requests, own?.digest, pass));
  if (content?.kind !== "image") return {};
  await platformsOf(requests, content.config, pass);
  return layersOf(requests, content.layers, pass);
}

/**
 * Whether the registry has them, up to the first that it has not. A HEAD of a blob is no pull anywhere; where it is answered by a redirect, the
 * registry takes the blob for present, and whoever keeps it signed the address for one method only.
 */
async function layersOf(
  requests: Requests,
  layers: readonly string[],
  pass: Pass | undefined,
): Promise<ImageFacts> {
  for (const layer of layers.slice(0, mostLayers)) {
    const url = requests.url("blobs", layer);
    const reply = await requests.send(
      { by: "us", method: "HEAD", target: "layer", url, follow: false },
      pass,
    );
    if (reply?.answer === undefined || reply.answer.status >= 400) break;
  }
  return { layers: layers.length };
}
