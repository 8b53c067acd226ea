import { secretOf } from "../../evidence/evidence.ts";
import { lookUp } from "../../pull/keyring.ts";
import type { Replay } from "./replay.ts";

/** Whether the Secret is readable and holds a whole login for the image. */
export function fits({ pull, evidence }: Pick<Replay, "pull" | "evidence">, name: string): boolean {
  const { reference } = pull;
  const observed = secretOf(evidence, name);
  if (!reference.ok || observed.state !== "found" || observed.value.payload.state !== "entries") return false;
  const { entries } = observed.value.payload;
  return lookUp([{ name, entries }], reference.name).given.some(({ entry }) => entry.login === "complete");
}

/** Names of Secrets in the Pod's namespace that hold a whole login for the image, listed or not. */
export function fittingSecrets(failed: Pick<Replay, "pull" | "evidence">): readonly string[] {
  return [...failed.evidence.secrets.keys()].filter((name) => fits(failed, name));
}

/** Names on the ServiceAccount's list that hold a whole login for the image and are not on the Pod's. */
export function fittingOnAccount(failed: Pick<Replay, "pull" | "evidence">): readonly string[] {
  const { serviceAccount, pod } = failed.evidence;
  if (serviceAccount.state !== "found") return [];
  return serviceAccount.value.pullSecrets.filter(
    (name) => name !== "" && !pod.pullSecrets.includes(name) && fits(failed, name),
  );
}

/** The Secret could not be read, so it may hold a login for the image. */
export function cannotTell({ evidence }: Pick<Replay, "evidence">, name: string): boolean {
  const observed = evidence.secrets.get(name);
  if (observed === undefined || observed.state === "unknown") return true;
  return observed.state === "found" && observed.value.payload.state === "withheld";
}

/** Whether registry keys that somebody meant to be read would match the image. */
export function keysFit({ pull: { reference } }: Pick<Replay, "pull">, keys: readonly string[]): boolean {
  if (!reference.ok) return false;
  const entries = keys.map((registryKey) => ({ registryKey }));
  return lookUp([{ name: "", entries }], reference.name).given.length > 0;
}
