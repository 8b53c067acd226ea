import { type Evidence, secretOf } from "../evidence/evidence.ts";
import type { Failure } from "./attempt.ts";
import { lookUp } from "./keyring.ts";
import type { ListedSecret } from "./login.ts";
import { later } from "./time.ts";

/**
 * A runtime offers the login that it holds, so a text that proves a request without one also proves that the kubelet
 * did not have the whole login that is there now. That contradicts nothing where something tells why: the kubelet's own
 * event, a change since the last attempt or, where no event is left to date it, since the Pod was created.
 */
export function withoutUnheld(
  listed: readonly ListedSecret[],
  repository: string,
  failure: Pick<Failure, "reading" | "lastAttempt"> | undefined,
  evidence: Evidence,
): readonly ListedSecret[] {
  if (failure?.reading.sent !== "anonymous") return listed;
  return listed.map((secret) => {
    if (secret.state !== "read" || !holdsLogin(secret, repository)) return secret;
    const undated = failure.lastAttempt === undefined && writtenSincePod(evidence, secret.name);
    if (secret.event === undefined && !secret.changedSince && !undated) return secret;
    return { ...secret, state: "not-held", changedSince: true };
  });
}

function holdsLogin({ name, observed }: ListedSecret, repository: string): boolean {
  if (observed.state !== "found" || observed.value.payload.state !== "entries") return false;
  const { entries } = observed.value.payload;
  return lookUp([{ name, entries }], repository).given.some(({ entry }) => entry.login === "complete");
}

export function writtenSincePod(evidence: Evidence, name: string): boolean {
  const observed = secretOf(evidence, name);
  if (observed.state !== "found") return false;
  const { creationTimestamp, lastChanged } = observed.value;
  const { createdAt } = evidence.pod;
  return later(creationTimestamp, createdAt) || later(lastChanged, createdAt);
}
