import { type Evidence, secretOf } from "../../evidence/evidence.ts";
import { known, type Ref } from "../../evidence/observed.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { providerParts } from "../../pull/path/providers.ts";
import type { Pull } from "../../pull/pull.ts";
import { later } from "../../pull/time.ts";
import { authFailures, type OtherPods, type ShownLogin, unknownLogin } from "../rule.ts";
import type { Chain } from "./place.ts";
import { cloudRegistry, isOwnNode } from "./registry.ts";

/** A pull, and for one that failed, where the way of a login ended. */
export interface Walked {
  readonly evidence: Evidence;
  readonly pull: Pull;
  readonly chain: Chain | undefined;
}

/** What all pulls together show of one login: of thousands each asks, so nothing here is looked for by going through them. */
interface Shown {
  unknown: boolean;
  /** Of the first Pod that it opened anything for. */
  opened?: Ref;
  readonly denied: Set<string>;
  readonly openedFor: Map<string, Ref>;
}

/** What the Pods of one namespace show that have an image of one registry: there the same Secrets are of use. */
interface Place {
  readonly logins: Map<string, Shown>;
  /** Secrets on the lists of those that have their image. */
  readonly listed: Set<string>;
}

/** Where there is one Pod only. */
export const noOtherPods: OtherPods = { shown: () => ({ state: "unknown" }), listed: () => [] };

/** Asked for rarely, so all pulls are looked at only then, and once. */
export function otherPods(all: () => readonly Walked[]): (asking: Walked) => OtherPods {
  let places: ReadonlyMap<string, Place> | undefined;
  const placeFor = (asking: Walked): Place | undefined => (places ??= placesOf(all())).get(keyOf(asking));
  return (asking) => ({
    shown: (secret) => shownLogin(placeFor(asking)?.logins.get(secret), repositoryOf(asking.pull)),
    listed: () => {
      const { evidence } = asking;
      return [...(placeFor(asking)?.listed ?? [])].filter(
        (name) => name !== "" && !evidence.pod.pullSecrets.includes(name) && isUnread(evidence, name),
      );
    },
  });
}

function placesOf(all: readonly Walked[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const walked of all) {
    const key = keyOf(walked);
    const place = places.get(key) ?? { logins: new Map<string, Shown>(), listed: new Set<string>() };
    places.set(key, place);
    if (walked.pull.attempt.progress === "pulled")
      for (const name of walked.evidence.pod.pullSecrets) place.listed.add(name);
    const login = answerTo(walked);
    if (login === undefined) continue;
    for (const { secret } of sentBy(walked)) {
      const shown = place.logins.get(secret) ?? { unknown: false, denied: new Set(), openedFor: new Map() };
      note(shown, login, walked);
      place.logins.set(secret, shown);
    }
  }
  return places;
}

function keyOf({ evidence, pull: { reference } }: Walked): string {
  return `${evidence.pod.namespace} ${reference.ok ? reference.registry : ""}`;
}

function shownLogin(shown: Shown | undefined, repository: string): ShownLogin {
  if (shown === undefined) return { state: "unknown" };
  if (shown.unknown || shown.denied.has(repository)) return { state: "refused" };
  const same = shown.openedFor.get(repository);
  const opened = same ?? shown.opened;
  return opened === undefined
    ? { state: "unknown" }
    : { state: "opened", pod: opened, repository: same !== undefined };
}

/** An answer about one Pod has no read for each Secret that others list. */
function isUnread(evidence: Evidence, name: string): boolean {
  const observed = secretOf(evidence, name);
  return observed.state === "unknown" && observed.reason === "not-collected";
}

function note(shown: Shown, login: "unknown" | "denied" | "opened", { pull, evidence }: Walked): void {
  const repository = repositoryOf(pull);
  const { ref } = evidence.pod;
  if (login === "unknown") shown.unknown = true;
  else if (login === "denied") shown.denied.add(repository);
  else {
    shown.opened ??= ref;
    if (!shown.openedFor.has(repository)) shown.openedFor.set(repository, ref);
  }
}

function repositoryOf({ reference }: Pull): string {
  return reference.ok ? reference.repository : "";
}

function answerTo({ evidence, pull, chain }: Walked): "unknown" | "denied" | "opened" | undefined {
  if (pull.attempt.progress === "pulled")
    return pull.attempt.requested === true && !nodeMayLogIn(evidence, pull) ? "opened" : undefined;
  const place = chain?.place;
  if (pull.sent !== "credential" || (place?.at !== "login-refused" && place?.at !== "login-ailing"))
    return undefined;
  const kind = pull.attempt.failure?.reading.kind;
  if (unknownLogin.some((known) => known === kind)) return "unknown";
  return authFailures.some((known) => known === kind) ? "denied" : undefined;
}

/** The logins that the answer was about. A Secret that was written since may hold another. */
function sentBy({ evidence, pull, chain }: Walked): readonly GivenLogin[] {
  const place = chain?.place;
  if (place?.at === "login-refused" || place?.at === "login-ailing") return place.logins;
  // Of several, which one it was that opened is not to be seen.
  const [only, ...more] = pull.given.state === "logins" ? pull.given.logins : [];
  if (only === undefined || more.length > 0 || only.entry.login !== "complete") return [];
  const written = known(secretOf(evidence, only.secret))?.lastChanged;
  const { createdAt } = evidence.pod;
  return written === undefined || createdAt === undefined || later(written, createdAt) ? [] : [only];
}

/** A node that logs in by itself may have done so after the Secret's login was refused. */
function nodeMayLogIn(evidence: Evidence, { reference }: Pull): boolean {
  const node = known(evidence.node);
  const family = reference.ok ? cloudRegistry(reference.registry) : undefined;
  if (family !== undefined && (node === undefined || isOwnNode(family, node.providerId))) return true;
  const parts = providerParts(evidence, reference);
  if (parts !== undefined) return parts.some(({ part }) => part !== "no-match");
  return known(evidence.kubelet)?.providersConfigured === true;
}
