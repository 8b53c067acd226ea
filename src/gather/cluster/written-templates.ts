import { type Json, record, records, text } from "../../evidence/field.ts";
import type { Gate } from "../../evidence/gate/admit.ts";
import type { ImageUser } from "../../evidence/pods-to-be.ts";
import { templatePath } from "../../evidence/workload.ts";

/**
 * Pod templates whole, as they were written, between their reading and the dry run that is made with them: admission weighs what no
 * diagnosis reads. Nothing else sees them; what is handed on has passed the gate.
 */
export class WrittenTemplates {
  readonly #templates = new Map<string, Json>();

  /** The gate that takes note of the templates in what passes it. */
  before(gate: Gate): Gate {
    return (object) => {
      this.#keep(object);
      return gate(object);
    };
  }

  /** Metadata and spec; undefined for who has no template. */
  of(user: ImageUser): Json | undefined {
    return this.#templates.get(keyOf(user.kind, user.namespace, user.name));
  }

  #keep(object: Json): void {
    const kind = text(object, "kind") ?? "";
    const path = kind === "Pod" ? [] : templatePath(kind);
    if (path === undefined || isControlled(object)) return;
    const key = keyOf(
      kind,
      text(object, "metadata", "namespace") ?? "default",
      text(object, "metadata", "name") ?? "",
    );
    const { metadata, spec } = record(object, ...path);
    const volumes = claimVolumes(object);
    if (!this.#templates.has(key))
      this.#templates.set(key, {
        metadata,
        spec: volumes.length === 0 ? spec : withVolumes(record({ spec }, "spec"), volumes),
      });
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function isControlled(object: Json): boolean {
  return records(object, "metadata", "ownerReferences").some((owner) => owner["controller"] === true);
}

/** The controller mounts a claim for each of a StatefulSet's volumeClaimTemplates (pkg/controller/statefulset, updateStorage). */
function claimVolumes(object: Json): readonly Json[] {
  const set = text(object, "metadata", "name") ?? "";
  return records(object, "spec", "volumeClaimTemplates").map((claim) => {
    const name = text(claim, "metadata", "name") ?? "";
    return { name, persistentVolumeClaim: { claimName: `${name}-${set}-0` } };
  });
}

function withVolumes(spec: Json, claims: readonly Json[]): Json {
  const names = new Set(claims.map(({ name }) => name));
  const others = records(spec, "volumes").filter(({ name }) => !names.has(name));
  return { ...spec, volumes: [...others, ...claims] };
}
