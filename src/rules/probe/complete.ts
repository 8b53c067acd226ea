import type { RegistryProbe } from "../../evidence/registry-probe.ts";

/** Every layer that the manifest lists was asked for, and none is missing. A redirect says that it is there, elsewhere. */
export function isComplete({ steps, layers }: RegistryProbe): boolean {
  const there = steps.filter(({ target, status = 0 }) => target === "layer" && status >= 200 && status < 400);
  return layers !== undefined && there.length >= layers;
}
