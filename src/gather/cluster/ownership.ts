import { type Json, record, records, text, texts } from "../../evidence/field.ts";
import { type OwnerReference, readOwner } from "../../evidence/pod.ts";

/** Finds an object of the Pod's namespace, where it is at hand. */
type LookUp = (kind: string, name: string) => Json | undefined;

/**
 * Whether a Pod is one of a workload's or a node's. Owners decide as far up as they are at hand; above that the names
 * that controllers give to what they make; and where no owner tells, the workload's selector.
 */
export function belongsTo(
  pod: Json,
  target: { readonly kind: string; readonly name: string },
  lookUp: LookUp,
): boolean {
  const { kind, name } = target;
  if (kind === "Pod") return text(pod, "metadata", "name") === name;
  if (kind === "Node") return text(pod, "spec", "nodeName") === name;
  let owner = readOwner(pod);
  if (owner === undefined) return isSelected(pod, lookUp(kind, name));
  const maker = makers[kind];
  // An owner's owner has one of its own in no case: CronJob, Job, Pod are three.
  for (let up = 0; up < 3; up += 1) {
    if (owner.kind === kind) return owner.name === name && isSame(owner, lookUp(kind, name));
    const object = lookUp(owner.kind, owner.name);
    if (object === undefined) break;
    const next = readOwner(object);
    if (next === undefined) return false;
    owner = next;
  }
  if (maker === undefined || owner.kind !== maker.of) return false;
  const named = maker.names(owner.name, pod);
  return named === undefined ? isSelected(pod, lookUp(kind, name)) : named === name;
}

/** NAME-HASH for a Deployment's ReplicaSet, with the hash on its Pods; NAME-MINUTES for a CronJob's Job. */
const makers: Readonly<
  Record<
    string,
    { readonly of: string; readonly names: (owner: string, pod: Json) => string | undefined } | undefined
  >
> = {
  Deployment: {
    of: "ReplicaSet",
    names: (owner, pod) => {
      const ending = `-${text(pod, "metadata", "labels", "pod-template-hash") ?? ""}`;
      return ending !== "-" && owner.endsWith(ending) ? owner.slice(0, -ending.length) : undefined;
    },
  },
  CronJob: { of: "Job", names: (owner) => (/-\d+$/.test(owner) ? owner.replace(/-\d+$/, "") : undefined) },
};

/** An owner that was deleted and made anew under its old name is another. */
function isSame(owner: OwnerReference, object: Json | undefined): boolean {
  const uid = text(object, "metadata", "uid");
  return uid === undefined || owner.uid === undefined || uid === owner.uid;
}

/** metav1.LabelSelector; a selector that asks for nothing selects nothing here. */
function isSelected(pod: Json, workload: Json | undefined): boolean {
  const selector = record(workload, "spec", "selector");
  const isOld = text(workload, "kind") === "ReplicationController";
  const labels = Object.entries(isOld ? selector : record(selector, "matchLabels"));
  const more = records(selector, "matchExpressions");
  if (labels.length + more.length === 0) return false;
  const own = record(pod, "metadata", "labels");
  return labels.every(([label, value]) => own[label] === value) && more.every((one) => isMet(one, own));
}

function isMet(expression: Json, labels: Json): boolean {
  const value = labels[text(expression, "key") ?? ""];
  const isListed = typeof value === "string" && texts(expression, "values").includes(value);
  switch (text(expression, "operator")) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
