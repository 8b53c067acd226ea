import { defined, integer, type Json, text } from "./field.ts";
import { redactMessage } from "./gate/message-redaction.ts";
import type { Ref } from "./observed.ts";

/** One event about the Pod. core/v1 and events.k8s.io/v1 name the same things differently; both are read. */
export interface EventFacts {
  readonly ref: Ref;
  readonly reason: string;
  readonly type?: string;
  readonly message: string;
  /** `spec.containers{app}`; absent for what concerns the whole Pod, image volumes among it. */
  readonly fieldPath?: string;
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
}

function subjectOf(event: Json): unknown {
  return event["involvedObject"] ?? event["regarding"];
}

/** Name of the object that an event is about. */
export function aboutWhat(event: Json): string | undefined {
  return text(subjectOf(event), "name");
}

/** Null when the event is about another object than the Pod with one of these UIDs (or, without UIDs, this name). */
export function readEvent(
  object: Json,
  pod: { readonly namespace: string; readonly name: string; readonly uids: readonly string[] },
): EventFacts | null {
  const about = subjectOf(object);
  if ((text(about, "kind") ?? "Pod") !== "Pod" || aboutWhat(object) !== pod.name) return null;
  if ((text(about, "namespace") ?? pod.namespace) !== pod.namespace) return null;
  const uid = text(about, "uid");
  // A Pod that was deleted and made anew under its old name has other events under the same name.
  if (uid !== undefined && pod.uids.length > 0 && !pod.uids.includes(uid)) return null;
  const last =
    text(object, "series", "lastObservedTime") ??
    text(object, "lastTimestamp") ??
    text(object, "deprecatedLastTimestamp") ??
    text(object, "eventTime") ??
    text(object, "metadata", "creationTimestamp");
  const first =
    text(object, "firstTimestamp") ?? text(object, "deprecatedFirstTimestamp") ?? text(object, "eventTime");
  return {
    ref: {
      kind: "Event",
      namespace: text(object, "metadata", "namespace") ?? pod.namespace,
      name: text(object, "metadata", "name") ?? "",
      path: object["note"] === undefined ? ".message" : ".note",
    },
    reason: text(object, "reason") ?? "",
    message: redactMessage(text(object, "message") ?? text(object, "note") ?? ""),
    count:
      integer(object, "series", "count") ??
      integer(object, "count") ??
      integer(object, "deprecatedCount") ??
      1,
    ...defined({
      type: text(object, "type"),
      fieldPath: text(about, "fieldPath"),
      first: first ?? last,
      last,
    }),
  };
}
