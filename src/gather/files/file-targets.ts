import { text } from "../../evidence/field.ts";
import type { Objects } from "../../evidence/objects.ts";
import { UserError } from "../../user-error.ts";
import { nearNames } from "../../text/near-names.ts";
import { belongsTo } from "../cluster/ownership.ts";
import type { Target } from "../cluster/scope.ts";
import { parseTarget } from "../cluster/target.ts";

/** The Pods among the objects that the words ask about, as namespace/name. Throws UserError for a word without any. */
export function podsInFiles(
  words: readonly string[],
  objects: Objects,
  namespace: string | undefined,
): readonly string[] {
  return words.map(parseTarget).flatMap((target) => {
    const place = target.namespace ?? namespace;
    const found = podsOf(target, objects, place);
    if (found.length === 0) throw notThere(target, objects, place);
    return found;
  });
}

function podsOf(target: Target, objects: Objects, namespace: string | undefined): readonly string[] {
  return objects.pods.flatMap((pod) => {
    const place = text(pod, "metadata", "namespace") ?? "default";
    if (namespace !== undefined && place !== namespace) return [];
    const isAsked = belongsTo(pod, target, (kind, name) => {
      const found = objects.get(kind, place, name);
      return found.state === "found" ? found.value : undefined;
    });
    return isAsked ? [`${place}/${text(pod, "metadata", "name") ?? ""}`] : [];
  });
}

function notThere({ kind, name }: Target, objects: Objects, namespace: string | undefined): UserError {
  const known = objects.all(kind, namespace).flatMap((object) => text(object, "metadata", "name") ?? []);
  if (kind !== "Pod" && known.includes(name))
    return new UserError(
      `no Pod of ${kind} ${name} in the files`,
      "Add its Pods: kubectl get pods -o yaml --show-managed-fields",
      3,
    );
  const near = nearNames(name, known);
  const others = known.length > 0 ? `They hold ${known.slice(0, 5).join(", ")}.` : undefined;
  return new UserError(
    kind === "Pod" ? `no Pod ${name} in the files` : `neither ${kind} ${name} nor a Pod of it in the files`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : others,
    3,
  );
}
