import { secretOf } from "../../evidence/evidence.ts";
import { known, type Ref } from "../../evidence/observed.ts";
import type { GivenLogin, ListedSecret } from "../../pull/login.ts";
import { wholeMeaning } from "../../pull/message/meaning.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { type Claim, claim, type FailedPull, type NonEmpty, onPath } from "../rule.ts";

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

export function refOf(failed: FailedPull, login: GivenLogin): Ref {
  const { pod } = failed.evidence;
  return entryRef(pod.namespace, login.secret, login.entry, secretTypeOf(failed.pull.listed, login.secret));
}

/** What the message says, as a claim. */
export function said(failed: FailedPull): Claim {
  const { reading, ref } = failed.failure;
  return { ...claim(wholeMeaning(reading.meaning), ref), meaning: reading.meaning };
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

/** Which entries the kubelet handed to the runtime, as claims. */
export function wereHandedOver(failed: FailedPull, [first, ...more]: NonEmpty<GivenLogin>): NonEmpty<Claim> {
  const text = `The entry ${first.entry.registryKey} in ${first.secret} matches and was handed to the runtime.`;
  return [
    onPath(claim(text, refOf(failed, first))),
    ...more.map((login) =>
      onPath(claim(`So was ${login.entry.registryKey} in ${login.secret}.`, refOf(failed, login))),
    ),
  ];
}

export function namingOf(failed: FailedPull, { name, position }: ListedSecret): Claim {
  return onPath(claim(`imagePullSecrets names ${name}.`, listRef(failed, position)));
}

export function holdsLogin(failed: FailedPull, secret: string): Claim {
  return claim(`${secret} holds a login for this image.`, secretOf(failed.evidence, secret).ref);
}

/** That something else than a person writes the Secret, where its metadata says so. */
export function writtenBy(failed: FailedPull, secret: string): readonly Claim[] {
  const observed = secretOf(failed.evidence, secret);
  const writer = known(observed)?.writtenBy;
  return writer === undefined
    ? []
    : [claim(`${writer.name} writes Secret ${secret}.`, { ...observed.ref, path: ".metadata" })];
}
