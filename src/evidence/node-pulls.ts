import { type Json, records, text } from "./field.ts";
import type { Ref } from "./observed.ts";

/** A pull that a node's kubelet has announced and whose end nobody has told of. */
export interface NodePull {
  readonly ref: Ref;
  readonly namespace: string;
  readonly pod: string;
  readonly image: string;
  /** When it was announced, RFC 3339. */
  readonly since: string;
}

/**
 * By node, the oldest first. The kubelet announces a pull before the pull waits for its turn (pkg/kubelet/images/
 * image_manager.go, 1.26-1.36), so of several the oldest is the one that runs. Pods that are over pull nothing.
 */
export function readNodePulls(
  events: readonly Json[],
  pods: readonly Json[],
): ReadonlyMap<string, readonly NodePull[]> {
  const begun = new Map<string, { readonly node: string; readonly pull: NodePull }>();
  const ended = new Map<string, string>();
  for (const event of events) {
    const subject = event["involvedObject"] ?? event["regarding"];
    const pod = text(subject, "name");
    const reason = text(event, "reason") ?? "";
    const time = timeOf(event);
    if (
      pod === undefined ||
      time === undefined ||
      !["Pulling", "Pulled", "Failed", "Killing"].includes(reason)
    )
      continue;
    const namespace = text(event, "metadata", "namespace") ?? "default";
    const key = `${namespace}/${pod}/${text(subject, "uid") ?? ""}/${text(subject, "fieldPath") ?? ""}`;
    if (reason !== "Pulling") {
      if (time >= (ended.get(key) ?? "")) ended.set(key, time);
      continue;
    }
    const node = text(event, "source", "host") ?? text(event, "reportingInstance");
    const [, image] =
      /^Pulling image "([^"]*)"/.exec(text(event, "message") ?? text(event, "note") ?? "") ?? [];
    if (node === undefined || image === undefined || time < (begun.get(key)?.pull.since ?? "")) continue;
    const ref: Ref = { kind: "Event", namespace, name: text(event, "metadata", "name") ?? "" };
    begun.set(key, { node, pull: { ref, namespace, pod, image, since: time } });
  }
  const over = new Set(pods.filter(isOver).map(placeOf));
  const byNode = new Map<string, NodePull[]>();
  for (const [key, { node, pull }] of begun) {
    if ((ended.get(key) ?? "") >= pull.since || over.has(`${pull.namespace}/${pull.pod}`)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), pull]);
  }
  return new Map(
    [...byNode].map(([node, pulls]) => [node, pulls.toSorted((a, b) => a.since.localeCompare(b.since))]),
  );
}

function timeOf(event: Json): string | undefined {
  return (
    text(event, "series", "lastObservedTime") ??
    text(event, "lastTimestamp") ??
    text(event, "deprecatedLastTimestamp") ??
    text(event, "eventTime")
  );
}

function placeOf(pod: Json): string {
  return `${text(pod, "metadata", "namespace") ?? "default"}/${text(pod, "metadata", "name") ?? ""}`;
}

/** A Pod whose containers all have come to something: nothing of it is pulled any more. */
function isOver(pod: Json): boolean {
  const phase = text(pod, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return true;
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((list) =>
    records(pod, "status", list),
  );
  return (
    statuses.length > 0 &&
    statuses.every(({ state }) => typeof state === "object" && state !== null && !("waiting" in state))
  );
}
