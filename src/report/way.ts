import { known } from "../evidence/observed.ts";
import type { Diagnosis } from "../diagnose.ts";
import { causes } from "../rules/causes.ts";

/**
 * One place on the way of a login, from the list to the registry.
 * - `passed`: what was there went on · `broken`: here the pull ended, as the leading cause says
 * - `doubtful`: here it ended if the cause that is named first is the right one of several
 * - `after`: what followed from it · `unseen`: could not be read · `idle`: had no part
 */
export interface Stop {
  readonly name: string;
  readonly detail: string;
  readonly state: "passed" | "broken" | "doubtful" | "after" | "unseen" | "idle";
}

const places = ["account", "pod", "secret", "kubelet", "runtime", "registry"] as const;
type Place = (typeof places)[number];

/**
 * The six places a login passes: the ServiceAccount's list, copied once into the Pod's at creation; the Secrets it
 * names; the kubelet's keyring; the runtime, which asks; the registry, which answers.
 */
export function wayOf(diagnosis: Diagnosis): readonly Stop[] {
  const broken = placeOfCause(diagnosis);
  const end = broken === undefined ? places.length : places.indexOf(broken);
  const surely = diagnosis.verdict.state === "cause" ? "broken" : "doubtful";
  return places.map((place, index) => {
    const { name, detail, part } = about(place, diagnosis);
    const state = index === end ? surely : part === "seen" ? (index > end ? "after" : "passed") : part;
    return { name, detail, state };
  });
}

interface About {
  readonly name: string;
  readonly detail: string;
  readonly part: "seen" | "unseen" | "idle";
}

function about(place: Place, { evidence, pull }: Diagnosis): About {
  const { pod, serviceAccount, node } = evidence;
  switch (place) {
    case "account": {
      const names = known(serviceAccount)?.pullSecrets;
      return {
        name: `ServiceAccount ${pod.serviceAccount}`,
        detail:
          names === undefined
            ? serviceAccount.state === "absent"
              ? "does not exist now"
              : "was not read"
            : listWords(names),
        part: names === undefined ? "unseen" : pull.listFrom === "service-account" ? "seen" : "idle",
      };
    }
    case "pod":
      return {
        name: `Pod ${pod.name}`,
        detail: `${listWords(pod.pullSecrets)}${originWords[pull.listFrom]}`,
        part: "seen",
      };
    case "secret":
      return secretStop(pull);
    case "kubelet":
      return { name: "kubelet", detail: handedWords(pull.given), part: "seen" };
    case "runtime":
      return {
        name:
          node.state === "found" ? (node.value.runtimeVersion?.replace("://", " ") ?? "runtime") : "runtime",
        detail: sentWords[pull.sent],
        part: pull.sent === "unknown" ? "unseen" : "seen",
      };
    case "registry":
      return {
        name: pull.reference.ok ? pull.reference.registry : pull.image.image,
        detail: pull.attempt.failure?.reading.kind ?? "no failure",
        part: pull.sent === "nothing" ? "idle" : "seen",
      };
  }
}

const originWords: Readonly<Record<Diagnosis["pull"]["listFrom"], string>> = {
  pod: ", by its author",
  "service-account": ", copied at its creation",
  webhook: ", by a webhook",
  none: "",
  unknown: "",
};

const sentWords: Readonly<Record<Diagnosis["pull"]["sent"], string>> = {
  nothing: "sent nothing to the registry",
  anonymous: "asked without a login",
  credential: "sent a login",
  unknown: "what it sent is not proved",
};

function listWords(names: readonly string[]): string {
  if (names.length === 0) return "names no pull secret";
  const shown = names.slice(0, 3).map((name) => (name === "" ? '""' : name));
  return `names ${shown.join(", ")}${names.length > 3 ? `, and ${names.length - 3} more` : ""}`;
}

function secretStop({ path, listed }: Diagnosis["pull"]): About {
  const own = path.filter(({ source }) => source === "pull-secret");
  const best = own.find(({ outcome }) => outcome === "given") ?? own[0];
  if (best === undefined) return { name: "pull secret", detail: "none is listed", part: "idle" };
  const unread = listed.some(({ state }) => state === "unknown") && best.outcome !== "given";
  const key = best.registryKey === undefined ? "" : `entry ${best.registryKey}: `;
  return {
    name: `Secret ${best.secret ?? '""'}`,
    detail: `${key}${best.outcome === "given" ? "fits" : best.reason.replace(/\.$/, "")}`,
    part: unread ? "unseen" : "seen",
  };
}

function handedWords(given: Diagnosis["pull"]["given"]): string {
  if (given.state === "stopped") return "never came to hand over a login";
  if (given.state === "unknown") return "what it handed over was not seen";
  if (given.logins.length === 0) return "hands over no login";
  return `hands over ${given.logins.length === 1 ? "one login" : `${given.logins.length} logins`}`;
}

/** Where on the way the leading cause strikes; undefined where nothing failed or no cause is known. */
function placeOfCause({ verdict, evidence, pull }: Diagnosis): Place | undefined {
  if (!("leading" in verdict)) return undefined;
  const { stage, credential } = causes[verdict.leading.id];
  switch (stage) {
    case "reference":
      return "pod";
    case "policy":
      return "kubelet";
    case "connect":
    case "manifest":
    case "content":
    case "authenticate":
    case "authorize":
      return "registry";
    case "credentials":
      if (credential === "node") return "kubelet";
      if (credential === "refused") return "secret";
      return evidence.pod.pullSecrets.length === 0 ||
        pull.path.every(({ source }) => source !== "pull-secret")
        ? "pod"
        : "secret";
  }
}
