import { isRecord, type Json, record, records, texts } from "../field.ts";
import { imagesOf, listOf, scalars } from "./kept-fields.ts";

/** What the gate keeps of a Pod's spec, or a template's. */

export function nameOnly(entry: Json): Json {
  return scalars(entry, ["name"]);
}

export function pullSecrets(object: Json): Json {
  return listOf(object, "imagePullSecrets", nameOnly);
}

function containers(spec: Json, field: string): Json {
  if (!Array.isArray(spec[field])) return {};
  return {
    [field]: records(spec, field).map((container) => ({
      ...scalars(container, ["name"]),
      ...imagesOf(container, ["image"]),
      ...scalars(container, ["imagePullPolicy", "restartPolicy"]),
      ...listOf(container, "volumeMounts", nameOnly),
      ...hostPorts(container),
    })),
  };
}

/** Ports of the node that a container holds: while it does, no other Pod of its workload may be there. */
function hostPorts(container: Json): Json {
  const held = records(container, "ports").filter((port) => typeof port["hostPort"] === "number");
  return held.length === 0 ? {} : { ports: held.map((port) => scalars(port, ["hostPort"])) };
}

const platformLabels = ["kubernetes.io/arch", "kubernetes.io/os"];

/** Which platforms the Pod may come to; what else it asks of nodes is its own business. */
function platformChoice(spec: Json): Json {
  const selector = scalars(record(spec, "nodeSelector"), platformLabels);
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const terms = records(spec, "affinity", "nodeAffinity", required, "nodeSelectorTerms").map((term) => ({
    matchExpressions: records(term, "matchExpressions")
      .filter((one) => platformLabels.includes(String(one["key"])))
      .map((one) => ({ ...scalars(one, ["key", "operator"]), values: texts(one, "values") })),
  }));
  const isOfPlatforms = terms.some(({ matchExpressions }) => matchExpressions.length > 0);
  return {
    ...(Object.keys(selector).length === 0 ? {} : { nodeSelector: selector }),
    ...(isOfPlatforms ? { affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: terms } } } } : {}),
  };
}

export function podSpec(spec: Json): Json {
  return {
    ...scalars(spec, ["nodeName", "serviceAccountName", "serviceAccount", "restartPolicy"]),
    ...platformChoice(spec),
    ...(spec["hostNetwork"] === true ? { hostNetwork: true } : {}),
    ...pullSecrets(spec),
    ...containers(spec, "initContainers"),
    ...containers(spec, "containers"),
    ...containers(spec, "ephemeralContainers"),
    ...(Array.isArray(spec["volumes"])
      ? {
          volumes: records(spec, "volumes").map((volume) => ({
            ...nameOnly(volume),
            ...(isRecord(volume["image"])
              ? {
                  image: {
                    ...imagesOf(volume["image"], ["reference"]),
                    ...scalars(volume["image"], ["pullPolicy"]),
                  },
                }
              : {}),
          })),
        }
      : {}),
  };
}
