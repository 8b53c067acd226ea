import { readCredentialProviders } from "../../evidence/credential-provider.ts";
import type { Json } from "../../evidence/field.ts";
import { readKubelet } from "../../evidence/kubelet.ts";
import type { Objects } from "../../evidence/objects.ts";
import type { PodFacts } from "../../evidence/pod.ts";
import { parseImageReference } from "../../pull/image-reference.ts";
import { keyMatches } from "../../pull/keyring.ts";
import type { ApiServer } from "./api-server.ts";
import { audienceDocument, mayRequestAudience, readNodeEndpoint } from "./node-endpoints.ts";
import { awaits, waitingReasons } from "./may-fail.ts";
import { type FurtherReads, readsLeft } from "./reads.ts";

function waitsWith(pod: PodFacts, reasons: readonly string[]): boolean {
  return waitingReasons(pod).some((reason) => reasons.includes(reason));
}

/**
 * What only the node knows and the verdict may turn on, asked beside the Pod's other objects: whether the kubelet has
 * credential providers for a Pod that brings no login, its policy for an image that it says is not there, and whether it
 * pulls one image at a time where a pull may wait for another.
 */
export function ownWords(
  server: ApiServer,
  failing: readonly PodFacts[],
): readonly Promise<Json | undefined>[] {
  const endpoints = new Map<string, Promise<Json | undefined>>();
  for (const pod of failing) {
    if (pod.node === undefined || endpoints.has(pod.node)) continue;
    const endpoint = waitsWith(pod, ["ErrImageNeverPull"])
      ? "configz"
      : pod.pullSecrets.length === 0 && waitsWith(pod, ["ErrImagePull", "ImagePullBackOff"])
        ? "flagz"
        : awaits(pod)
          ? "configz"
          : undefined;
    if (endpoint !== undefined) endpoints.set(pod.node, readNodeEndpoint(server, pod.node, endpoint));
  }
  return [...endpoints.values()];
}

/** Whether the Pod's node has something more to tell. */
export function asksNode(pod: PodFacts, known: Objects): boolean {
  return hasProviders(pod, known) || audienceFor(pod, known) !== undefined;
}

function hasProviders({ node }: PodFacts, known: Objects): boolean {
  const kubelet = node === undefined ? undefined : readKubelet(known, node);
  return kubelet?.state === "found" && kubelet.value.providersConfigured === true;
}

/** Of a node that has providers: which of them fail; and whether it may pull as the ServiceAccount. */
export function moreOfNodes(
  server: ApiServer,
  further: FurtherReads,
  objects: Objects,
): readonly Promise<Json | undefined>[] {
  const asked = new Set<string>();
  return [...further.keys()].flatMap((pod) => {
    const { node } = pod;
    if (node === undefined || asked.has(node) || readsLeft(pod, further) < 1) return [];
    if (!asksNode(pod, objects)) return [];
    const audience = audienceFor(pod, objects);
    asked.add(node);
    return [
      audience === undefined
        ? readNodeEndpoint(server, node, "metrics")
        : askAudience(server, pod, node, audience),
    ];
  });
}

/** The audience that the covering provider of a given configuration wants a token for. */
function audienceFor(pod: PodFacts, objects: Objects): string | undefined {
  const providers = readCredentialProviders(objects, pod.node);
  if (providers.state !== "found") return undefined;
  const names = pod.images.flatMap(({ image }) => {
    const reference = parseImageReference(image);
    return reference.ok ? [reference.name] : [];
  });
  const covering = providers.value.find(({ matchImages }) =>
    matchImages.some((pattern) => names.some((name) => keyMatches(pattern, name))),
  );
  return covering?.token?.audience;
}

async function askAudience(
  server: ApiServer,
  pod: PodFacts,
  node: string,
  audience: string,
): Promise<Json | undefined> {
  const { namespace, serviceAccount } = pod;
  const allowed = await mayRequestAudience(server, { node, namespace, serviceAccount, audience });
  return allowed === undefined ? undefined : audienceDocument(node, audience, allowed);
}
