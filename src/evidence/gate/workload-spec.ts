import { isRecord, type Json, record, texts } from "../field.ts";
import { listOf, scalars } from "./kept-fields.ts";
import { podSpec } from "./pod-spec.ts";

/** What the gate keeps of the spec of what makes Pods. */
export function workloadSpec(spec: Json): Json {
  return {
    ...(isRecord(spec["selector"]) ? { selector: selector(spec["selector"]) } : {}),
    ...(spec["paused"] === true ? { paused: true } : {}),
    updateStrategy: {
      rollingUpdate: scalars(record(spec, "updateStrategy", "rollingUpdate"), ["partition"]),
    },
    ordinals: scalars(record(spec, "ordinals"), ["start"]),
    template: { spec: podSpec(record(spec, "template", "spec")) },
  };
}

/** How many Pods of which template there are, and whether a Job is over. */
export function workloadStatus(object: Json): Json {
  const status = record(object, "status");
  const kept = {
    ...scalars(status, ["replicas", "updatedReplicas", "readyReplicas"]),
    ...listOf(status, "conditions", (condition) => scalars(condition, ["type", "status", "reason"])),
  };
  return Object.keys(kept).length === 0 ? {} : { status: kept };
}

/** Of a ReplicationController the labels stand in it directly. */
function selector(asked: Json): Json {
  const labels = asked["matchLabels"];
  return {
    ...scalars(asked, Object.keys(asked)),
    ...(isRecord(labels) ? { matchLabels: scalars(labels, Object.keys(labels)) } : {}),
    ...listOf(asked, "matchExpressions", (expression) => ({
      ...scalars(expression, ["key", "operator"]),
      values: texts(expression, "values"),
    })),
  };
}
