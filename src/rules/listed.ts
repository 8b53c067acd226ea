import { secretOf } from "../evidence/evidence.ts";
import type { Ref } from "../evidence/observed.ts";
import type { AuthEntry } from "../evidence/pull-secret.ts";
import { entryRef, secretTypeOf } from "../pull/credential-path.ts";
import { lookUp } from "../pull/keyring.ts";
import type { GivenLogin, ListedSecret } from "../pull/login.ts";
import { fits } from "./fix/login.ts";
import { claim, type Claim, type FailedPull } from "./rule.ts";

/** The facts about the Pod's list that several rules weigh. */

export function listRef(failed: FailedPull, position?: number): Ref {
  const path = position === undefined ? ".spec.imagePullSecrets" : `.spec.imagePullSecrets[${position}]`;
  return { ...failed.evidence.pod.ref, path };
}

/** The logins that reached the runtime, or undefined where a Secret we could not read leaves that open. */
export function handedOver(failed: FailedPull): readonly GivenLogin[] | undefined {
  const { given } = failed.pull;
  return given.state === "logins" ? given.logins : undefined;
}

/** Nothing from the Pod's list reached the runtime, for certain. */
export function nothingHandedOver(failed: FailedPull): boolean {
  return handedOver(failed)?.length === 0;
}

/** Entries with a name. */
export function named(failed: FailedPull): readonly ListedSecret[] {
  return failed.pull.listed.filter((secret) => secret.state !== "no-name");
}

export function hasNoList(failed: FailedPull): boolean {
  return failed.evidence.pod.pullSecrets.length === 0;
}

export function isStatic(failed: FailedPull): boolean {
  return failed.evidence.pod.mirrorUid !== undefined;
}

/** Listed Secrets that are not there, or that the kubelet says it could not read. */
export function missing(failed: FailedPull): readonly ListedSecret[] {
  return named(failed).filter((secret) => secret.state === "absent" || secret.state === "not-retrieved");
}

/** Listed Secrets of a type, or without the key, that the kubelet reads logins from. */
export function ignored(failed: FailedPull): readonly ListedSecret[] {
  return named(failed).filter(
    (secret) =>
      isThere(secret) &&
      secret.observed.state === "found" &&
      secret.observed.value.payload.state === "ignored",
  );
}

/** What was made after the last attempt is what the next will find; it matters where it is of no use either. */
function isThere(secret: ListedSecret): boolean {
  return secret.state === "read" || secret.state === "made-later";
}

export function entriesOf(secret: ListedSecret): readonly AuthEntry[] | undefined {
  if (!isThere(secret) || secret.observed.state !== "found") return undefined;
  const { payload } = secret.observed.value;
  return payload.state === "entries" ? payload.entries : undefined;
}

/** Listed Secrets that are valid and hold no entry. */
export function empty(failed: FailedPull): readonly ListedSecret[] {
  return named(failed).filter((secret) => entriesOf(secret)?.length === 0);
}

/** Whether registry keys that somebody meant to be read would match the image. */
export function keysFit(failed: FailedPull, keys: readonly string[]): boolean {
  const { reference } = failed.pull;
  if (!reference.ok) return false;
  const entries = keys.map((registryKey) => ({ registryKey }));
  return lookUp([{ name: "", entries }], reference.name).given.length > 0;
}

/** Listed Secrets written after the last attempt that hold a whole login for the image now. */
export function corrected(failed: FailedPull): readonly ListedSecret[] {
  return named(failed).filter((secret) => secret.changedSince && fits(failed, secret.name));
}

/** Names on the ServiceAccount's list that hold a whole login for the image and are not on the Pod's. */
export function fittingOnAccount(failed: FailedPull): readonly string[] {
  const { serviceAccount, pod } = failed.evidence;
  if (serviceAccount.state !== "found") return [];
  return serviceAccount.value.pullSecrets.filter(
    (name) => name !== "" && !pod.pullSecrets.includes(name) && fits(failed, name),
  );
}

/**
 * A workload whose template names pull secrets that this Pod lacks: it was changed after this Pod was made, as long as
 * nothing says that none of them holds a login for the image.
 */
export function templateAhead(
  failed: FailedPull,
): { readonly ref: Ref; readonly name: string; readonly secrets: readonly string[] } | undefined {
  const { workloads, pod } = failed.evidence;
  for (const workload of workloads) {
    if (workload.state !== "found" || workload.value.kind === "CronJob") continue;
    const added = workload.value.pullSecrets.filter((name) => name !== "" && !pod.pullSecrets.includes(name));
    const useful = added.filter((name) => fits(failed, name) || cannotTell(failed, name));
    if (useful.length > 0)
      return {
        ref: { ...workload.value.ref, path: `${workload.value.ref.path}.imagePullSecrets` },
        name: `${workload.value.kind} ${workload.value.name}`,
        secrets: useful,
      };
  }
  return undefined;
}

/** The Secret could not be read, so it may hold a login for the image. */
export function cannotTell(failed: FailedPull, name: string): boolean {
  const observed = failed.evidence.secrets.get(name);
  if (observed === undefined || observed.state === "unknown") return true;
  return observed.state === "found" && observed.value.payload.state === "withheld";
}

export function refOf(failed: FailedPull, login: GivenLogin): Ref {
  const { pod } = failed.evidence;
  return entryRef(pod.namespace, login.secret, login.entry, secretTypeOf(failed.pull.listed, login.secret));
}

/** What the message says, as a claim. */
export function said(failed: FailedPull): Claim {
  return claim(failed.failure.reading.meaning, failed.failure.ref);
}

/** `regcred`, or `regcred and mirror-login`. */
export function listWords(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  if (distinct.length <= 1) return distinct[0] ?? "";
  return `${distinct.slice(0, -1).join(", ")} and ${distinct.at(-1)}`;
}

export function hostOf(failed: FailedPull): string {
  const { reference } = failed.pull;
  return reference.ok ? reference.registry : failed.pull.image.image;
}

export function holdsLogin(failed: FailedPull, secret: string): Claim {
  return claim(`${secret} holds a login for this image.`, secretOf(failed.evidence, secret).ref);
}
