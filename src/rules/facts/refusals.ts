import type { Evidence } from "../../evidence/evidence.ts";
import type { Pull } from "../../pull/pull.ts";
import { unknownLogin } from "../rule.ts";
import type { Chain } from "./place.ts";

interface Walked {
  readonly evidence: Evidence;
  readonly pull: Pull;
  readonly chain: Chain | undefined;
}

/**
 * Which Secrets hold a login that another pull has shown to be refused: it was sent to the same registry, and the answer
 * was that the registry does not know it. Asked for rarely, so all pulls are looked at only then.
 */
export function refusedLogins(
  all: () => readonly Walked[],
): (asking: Omit<Walked, "chain">) => (secret: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (asking) => (secret) => {
    known ??= new Set(all().flatMap((walked) => refusedBy(walked).map((name) => keyOf(walked, name))));
    return known.has(keyOf(asking, secret));
  };
}

function keyOf({ evidence, pull }: Omit<Walked, "chain">, secret: string): string {
  const { reference } = pull;
  return [evidence.pod.namespace, reference.ok ? reference.registry : "", secret].join(" ");
}

/** A Secret that was written since its login was refused may be good now: the walk ends elsewhere then. */
function refusedBy({ pull, chain }: Walked): readonly string[] {
  const place = chain?.place;
  if (place?.at !== "login-refused" && place?.at !== "login-ailing") return [];
  const kind = pull.attempt.failure?.reading.kind;
  return pull.sent === "credential" && unknownLogin.some((known) => known === kind)
    ? place.logins.map(({ secret }) => secret)
    : [];
}
