import { isRecord, type Json, records } from "../field.ts";
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

export function podSpec(spec: Json): Json {
  return {
    ...scalars(spec, ["nodeName", "serviceAccountName", "serviceAccount", "restartPolicy"]),
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
