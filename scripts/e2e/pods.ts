import { mustRun } from "./command.ts";
import type { Lab } from "./lab.ts";

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string };
    readonly terminated?: { readonly exitCode: number };
  };
}

/** A Pod as the API shows it, as far as its health is concerned. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly containers: readonly object[] };
  readonly status: {
    readonly phase?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** The Pods of a namespace, or of all. */
export async function readPods(lab: Lab, namespace?: string): Promise<readonly Pod[]> {
  const scope = namespace === undefined ? ["-A"] : ["-n", namespace];
  const json = await mustRun("kubectl", ["get", "pods", ...scope, "-o", "json"], { env: lab.env });
  return (JSON.parse(json) as { items: readonly Pod[] }).items;
}

/**
 * Why the Pod is not yet what its author wanted; undefined when all its containers run or have ended well. Images of the
 * lab run until they are ended, so an init container that was asked about keeps the others waiting.
 */
export function whatAils({ metadata, spec, status }: Pod, asked?: string): string | undefined {
  const init = status.initContainerStatuses ?? [];
  const all = [...init, ...(status.containerStatuses ?? [])];
  if (init.some(({ name, state }) => name === asked && state?.running !== undefined)) return undefined;
  const ill = all.find(({ state }) => state?.running === undefined && state?.terminated?.exitCode !== 0);
  if (ill !== undefined)
    return `${metadata.name}/${ill.name}: ${ill.state?.waiting?.reason ?? "not running"}`;
  const complete = status.containerStatuses?.length === spec.containers.length;
  return complete ? undefined : `${metadata.name}: ${status.phase ?? "no status"}`;
}
