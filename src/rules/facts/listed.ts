import { secretOf } from "../../evidence/evidence.ts";
import type { Ref } from "../../evidence/observed.ts";
import type { AuthEntry } from "../../evidence/pull-secret.ts";
import type { WorkloadFacts } from "../../evidence/workload.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { lookUp } from "../../pull/keyring.ts";
import { type GivenLogin, type ListedSecret } from "../../pull/login.ts";
import { later } from "../../pull/time.ts";
import { fits } from "../fix/login.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

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
  return ["read", "made-later", "not-held"].includes(secret.state);
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

/** Every listed Secret that is there could be seen, and none of them keeps the kubelet from building a keyring now. */
export function decodableNow(failed: FailedPull): boolean {
  return named(failed).every(
    ({ observed }) =>
      observed.state === "absent" ||
      (observed.state === "found" && !["undecodable", "withheld"].includes(observed.value.payload.state)),
  );
}

/** Names on the ServiceAccount's list that hold a whole login for the image and are not on the Pod's. */
export function fittingOnAccount(failed: FailedPull): readonly string[] {
  const { serviceAccount, pod } = failed.evidence;
  if (serviceAccount.state !== "found") return [];
  return serviceAccount.value.pullSecrets.filter(
    (name) => name !== "" && !pod.pullSecrets.includes(name) && fits(failed, name),
  );
}

export interface NewerTemplate {
  readonly ref: Ref;
  readonly workload: WorkloadFacts;
  /** Secrets that a Pod made now would have and this one lacks. */
  readonly secrets: readonly string[];
  /** The ServiceAccount that brings them, where the template names that and no list. */
  readonly account?: string;
}

/**
 * A workload whose template gives its Pods pull secrets that this Pod lacks, by its own list or by another
 * ServiceAccount's: it was changed after this Pod was made, as long as nothing says that none of them holds a login for
 * the image.
 */
export function templateAhead(failed: FailedPull): NewerTemplate | undefined {
  for (const workload of failed.evidence.workloads) {
    if (workload.state !== "found") continue;
    const ahead = byList(failed, workload.value) ?? byAccount(failed, workload.value);
    if (ahead !== undefined) return ahead;
  }
  return undefined;
}

function byList(failed: FailedPull, workload: WorkloadFacts): NewerTemplate | undefined {
  const { pod } = failed.evidence;
  const added = workload.pullSecrets.filter((name) => name !== "" && !pod.pullSecrets.includes(name));
  const secrets = added.filter((name) => fits(failed, name) || cannotTell(failed, name));
  const ref = { ...workload.ref, path: `${workload.ref.path}.imagePullSecrets` };
  return secrets.length === 0 ? undefined : { ref, workload, secrets };
}

function byAccount(failed: FailedPull, workload: WorkloadFacts): NewerTemplate | undefined {
  const { pod, otherServiceAccounts } = failed.evidence;
  if (workload.pullSecrets.length > 0 || workload.serviceAccount === pod.serviceAccount) return undefined;
  const account = otherServiceAccounts.find(({ name }) => name === workload.serviceAccount);
  const secrets = account?.pullSecrets.filter((name) => fits(failed, name)) ?? [];
  if (account === undefined || secrets.length === 0) return undefined;
  const ref = { ...workload.ref, path: `${workload.ref.path}.serviceAccountName` };
  return { ref, workload, secrets, account: account.name };
}

/**
 * The Pod's list is not its author's, and its ServiceAccount's list was written after the Pod was created: what was
 * copied is what stood there before.
 */
export function copiedBefore(failed: FailedPull): boolean {
  const { pod, serviceAccount } = failed.evidence;
  return (
    pod.pullSecrets.length > 0 &&
    pod.listOwner === "admission" &&
    failed.pull.listFrom === "unknown" &&
    serviceAccount.state === "found" &&
    later(serviceAccount.value.listChangedAt, pod.createdAt)
  );
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

/** That something else than a person writes the Secret, where its metadata says so. */
export function writtenBy(failed: FailedPull, secret: string): readonly Claim[] {
  const observed = secretOf(failed.evidence, secret);
  const writer = observed.state === "found" ? observed.value.writtenBy : undefined;
  return writer === undefined
    ? []
    : [claim(`${writer.name} writes Secret ${secret}.`, { ...observed.ref, path: ".metadata" })];
}
