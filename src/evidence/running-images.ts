import { isRecord, type Json, record, records, text } from "./field.ts";
import type { Ref } from "./observed.ts";
import { readPullSecretNames } from "./pod.ts";

/** A Pod that runs an image: some login opened it there, or the node had it. */
export interface RunningImage {
  readonly ref: Ref;
  readonly node: string;
  readonly pullSecrets: readonly string[];
  readonly labels: Json;
}

/** By image, as the specs spell it. */
export function readRunningImages(pods: readonly Json[]): ReadonlyMap<string, readonly RunningImage[]> {
  const running = new Map<string, RunningImage[]>();
  for (const pod of pods) {
    const node = text(pod, "spec", "nodeName");
    if (node === undefined) continue;
    const states = new Map(
      records(pod, "status", "containerStatuses").map((status) => [text(status, "name"), status["state"]]),
    );
    for (const container of records(pod, "spec", "containers")) {
      const image = text(container, "image");
      const state = states.get(text(container, "name"));
      if (image === undefined || !isRecord(state) || !isRecord(state["running"])) continue;
      const namespace = text(pod, "metadata", "namespace") ?? "default";
      const one: RunningImage = {
        ref: { kind: "Pod", namespace, name: text(pod, "metadata", "name") ?? "" },
        node,
        labels: record(pod, "metadata", "labels"),
        pullSecrets: readPullSecretNames(pod, "spec", "imagePullSecrets").filter((name) => name !== ""),
      };
      const known = running.get(image);
      if (known === undefined) running.set(image, [one]);
      else known.push(one);
    }
  }
  return running;
}
