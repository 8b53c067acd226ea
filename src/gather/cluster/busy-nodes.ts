import type { PodFacts } from "../../evidence/pod.ts";
import { readPod } from "../../evidence/pod.ts";
import { pathOf } from "./api-paths.ts";
import { awaits, hasFailed, mayFail } from "./may-fail.ts";
import { eventsOfPod } from "./pod-events.ts";
import type { Reader } from "./reader.ts";

const fewNodes = 3;
const fewPods = 10;

/**
 * What the nodes of waiting Pods are busy with: a kubelet pulls one image at a time unless it is told otherwise, and the
 * pull that runs may be of any namespace. Who may not list Pods of all namespaces learns nothing more, and that is said
 * nowhere: it is not what was asked.
 */
export async function gatherBusy(reader: Reader, pods: readonly PodFacts[]): Promise<void> {
  // Behind an image that failed the others wait for that one, and not for the node.
  const waiting = pods.filter((pod) => awaits(pod) && !hasFailed(pod));
  const nodes = [...new Set(waiting.flatMap(({ node }) => node ?? []))].slice(0, fewNodes);
  const known = new Set(pods.map(placeOf));
  await Promise.all(
    nodes.map(async (node) => {
      const fieldSelector = `spec.nodeName=${node}`;
      const found = (await reader.list(pathOf("Pod", undefined), "Pod", { fieldSelector }, mayFail)) ?? [];
      const others = found.map(readPod).filter((pod) => awaits(pod) && !known.has(placeOf(pod)));
      await Promise.all(others.slice(0, fewPods).map((pod) => eventsOfPod(reader, pod)));
    }),
  );
}

function placeOf({ namespace, name }: PodFacts): string {
  return `${namespace}/${name}`;
}
