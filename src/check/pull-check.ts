import { judgePull } from "../diagnose.ts";
import type { Admission } from "../evidence/admission.ts";
import { evidenceReader, type Evidence, secretOf } from "../evidence/evidence.ts";
import { type Json, record, text } from "../evidence/field.ts";
import type { Objects } from "../evidence/objects.ts";
import { type GivenLogin, giveLogins, readListedSecrets } from "../pull/login.ts";
import { type Pull, readPulls } from "../pull/pull.ts";
import type { CauseId } from "../rules/causes.ts";
import { lifetimeOf } from "../rules/facts/lifetime.ts";
import { templateVariable } from "../rules/facts/template-variable.ts";
import { wouldPull } from "../rules/probe/would-pull.ts";
import type { Fix } from "../rules/rule.ts";
import type { Verdict } from "../verdict.ts";
import { byAdmission, changeWords } from "./by-admission.ts";
import { foretoldFixes } from "./foretold-fixes.ts";
import { outcomeWords } from "./outcome-words.ts";
import { nodesFor } from "./node-platforms.ts";
import { assumedStatus } from "./assumed-status.ts";
import type { RunningImage } from "../evidence/running-images.ts";
import type { ImageUser, PodToBe } from "../evidence/pods-to-be.ts";

export type Answer = "yes" | "no" | "unknown";

/** Who would have an image pulled, and for which container. */
interface ImageUse extends ImageUser {
  readonly container: string;
  /** A Pod of its own runs it now: it is on that node, whatever the answer is. */
  readonly runs: boolean;
}

/** Whether an image can be pulled for those who would have it pulled. */
export interface PullCheck {
  readonly image: string;
  readonly usedBy: readonly ImageUse[];
  readonly answer: Answer;
  readonly cause: CauseId | null;
  /** With a cause: what the same answer allows as well. */
  readonly alternatives: readonly CauseId[];
  readonly summary: string;
  /** The logins that the kubelet would hand to the runtime, in its order; undefined where that is not known. */
  readonly logins: readonly GivenLogin[] | undefined;
  /** RFC 3339: when the first of the logins ends, where that is known. */
  readonly loginEnds?: string;
  readonly fixes: readonly Fix[];
  /** What the API server's admission said of the Pod, where it was asked. */
  readonly admission?: Admission;
  readonly pull: Pull;
  readonly evidence: Evidence;
}

export interface CheckOptions {
  readonly kubectlFlags: readonly string[];
  /** Whether registries were asked; else a yes cannot be. */
  readonly asked: boolean;
  /** The workloads are in the cluster, and not only in files. */
  readonly isLive: boolean;
}

/** One check for each image and list that would be pulled alike. `objects` holds what registries answered, too. */
export function checkPulls(
  objects: Objects,
  pods: readonly PodToBe[],
  options: CheckOptions,
): readonly PullCheck[] {
  const readEvidence = evidenceReader(objects);
  const checks = new Map<string, PullCheck>();
  for (const toBe of pods) {
    const evidence = readEvidence(toBe.pod);
    const places = nodesFor(toBe.pod, objects).map((node) => onNode(toBe, node));
    for (const pull of readPulls(evidence)) {
      const { container, image } = pull.image;
      const user = { ...toBe.user, container, runs: runsIt(toBe, evidence.running.get(image) ?? []) };
      const key = JSON.stringify([
        evidence.pod.namespace,
        pull.image.image,
        evidence.pod.pullSecrets,
        toBe.account,
        toBe.admission?.state,
        changeWords(toBe, pull),
        places.map(({ pod }) => text(pod, "spec", "nodeName")),
      ]);
      const known = checks.get(key);
      if (known === undefined) {
        const asking = { ...options, readEvidence };
        const all = (places.length === 0 ? [toBe] : places).flatMap((place) =>
          checkOn(place, pull.image.container, user, asking),
        );
        const [worst] = all.toSorted((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer));
        if (worst !== undefined) checks.set(key, worst);
      } else checks.set(key, { ...known, usedBy: [...known.usedBy, user] });
    }
  }
  return [...checks.values()];
}

function runsIt({ user, selector }: PodToBe, running: readonly RunningImage[]): boolean {
  const wanted = Object.entries(selector);
  return running
    .filter(({ ref }) => ref.namespace === user.namespace)
    .some(({ ref, labels }) =>
      user.kind === "Pod"
        ? ref.name === user.name
        : wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value),
    );
}

/** Where nodes are of several platforms, the one that cannot have it decides. */
const order: readonly Answer[] = ["no", "unknown", "yes"];

function onNode(toBe: PodToBe, nodeName: string): PodToBe {
  return { ...toBe, pod: { ...toBe.pod, spec: { ...record(toBe.pod, "spec"), nodeName } } };
}

function checkOn(toBe: PodToBe, container: string, user: ImageUse, asking: Asking): readonly PullCheck[] {
  const evidence = asking.readEvidence(toBe.pod);
  return readPulls(evidence)
    .filter(({ image }) => image.container === container)
    .map((pull) => {
      const check = checkImage(toBe, evidence, pull, user, asking);
      return { ...check, ...byAdmission(check, toBe, pull) };
    });
}

interface Asking extends CheckOptions {
  readonly readEvidence: (pod: Json) => Evidence;
}

function checkImage(
  toBe: PodToBe,
  evidence: Evidence,
  pull: Pull,
  user: ImageUse,
  asking: Asking,
): PullCheck {
  const { reference, image } = pull;
  const replay = giveLogins(readListedSecrets(evidence, undefined), reference.ok ? reference.name : "");
  const logins =
    replay.given.state === "logins" && toBe.account === "known" ? replay.given.logins : undefined;
  const ends = (logins ?? []).flatMap((login) => endOf(evidence, login) ?? []).toSorted()[0];
  const base = {
    image: image.image,
    usedBy: [user],
    logins,
    ...(ends === undefined ? {} : { loginEnds: ends }),
    alternatives: [],
    fixes: [],
    pull,
    evidence,
  };
  const unsaid = { ...base, answer: "unknown", cause: null } as const;
  if (!reference.ok) {
    const cause = templateVariable(image.image) === undefined ? "invalid-image-name" : "unrendered-template";
    return {
      ...base,
      answer: "no",
      cause,
      summary:
        cause === "invalid-image-name"
          ? `${image.image} is no valid reference: ${reference.error}.`
          : `A template variable was left in ${image.image}.`,
    };
  }
  if (toBe.account === "absent")
    return {
      ...unsaid,
      summary: `ServiceAccount ${evidence.pod.serviceAccount} does not exist: no Pod of it would be made.`,
    };
  if (replay.given.state === "stopped")
    return {
      ...base,
      answer: "no",
      cause: "pull-secret-malformed",
      summary: "A pull secret cannot be decoded, so the kubelet would pull nothing for this Pod.",
    };
  if (toBe.account === "unread")
    return {
      ...unsaid,
      summary: `ServiceAccount ${evidence.pod.serviceAccount} was not read, and may bring pull secrets.`,
    };
  if (pull.probe === undefined) return { ...unsaid, summary: withoutAsking(asking, logins, pull) };
  const answer = wouldPull(pull.probe, pull, evidence);
  if (answer === "yes") return { ...base, answer, cause: null, summary: opensWords(pull) };
  if (answer === "no" && pull.probe.reading.outcome === "opens") return { ...base, answer, ...unfit(pull) };
  const verdict = answer === "no" ? foretold(toBe, pull, asking) : undefined;
  if (verdict === undefined || !("leading" in verdict))
    return { ...base, answer, cause: null, summary: outcomeWords(pull) };
  const { id, finding } = verdict.leading;
  return {
    ...base,
    answer,
    cause: id,
    alternatives: verdict.state === "ambiguous" ? verdict.alternatives : [],
    summary: finding.summary,
    fixes: foretoldFixes(finding.fixes, asking.isLive),
  };
}

/** The registry gives it, and no node can use it. */
function unfit({ probe, image }: Pull): Pick<PullCheck, "cause" | "summary"> {
  if (probe?.probe.content === "artifact")
    return { cause: "unsupported-media-type", summary: `${image.image} is no container image.` };
  const platforms = probe?.probe.platforms?.join(", ") ?? "other platforms";
  return { cause: "platform-mismatch", summary: `${image.image} is there for ${platforms} only.` };
}

/** What would be said of the Pod after its first attempt. */
function foretold({ pod }: PodToBe, { image, probe }: Pull, asking: Asking): Verdict | undefined {
  const status = assumedStatus(image, probe?.reading);
  if (status === undefined) return undefined;
  const evidence = asking.readEvidence({ ...pod, status });
  const pull = readPulls(evidence).find((other) => other.image.container === image.container);
  return pull === undefined ? undefined : judgePull(evidence, pull, asking.kubectlFlags);
}

function withoutAsking(
  { asked }: CheckOptions,
  logins: readonly GivenLogin[] | undefined,
  pull: Pull,
): string {
  const whom = asked ? "The registry was not asked" : "No registry was asked";
  const why = unusedWords(pull);
  if (logins === undefined) return `${whom}, and a pull secret could not be read${why}.`;
  const [first] = logins;
  return first === undefined
    ? `${whom}; the kubelet would hand over no login${why}.`
    : `${whom}; the kubelet would hand over ${first.secret}, entry ${first.entry.registryKey}.`;
}

const mostUnused = 3;

/** Why what is listed serves the image with nothing. */
function unusedWords({ path }: Pull): string {
  const unused = path.filter(({ source, outcome }) => source === "pull-secret" && outcome !== "given");
  const words = unused
    .slice(0, mostUnused)
    .map(({ secret, reason }) => `${secret === undefined ? "" : `${secret}: `}${reason.replace(/\.$/, "")}`);
  const more = unused.length > mostUnused ? `; and ${unused.length - mostUnused} more` : "";
  return words.length === 0 ? "" : ` (${words.join("; ")}${more})`;
}

function opensWords({ probe, reference }: Pull): string {
  const login = probe?.reading.login;
  const host = reference.ok ? reference.registry : "";
  return login === undefined
    ? `${host} gives it without a login.`
    : `${host} gives it to ${login.secret}, entry ${login.registryKey}.`;
}

/** When a login ends, as it says itself, or as its kind does from when its Secret was written. */
function endOf(evidence: Evidence, login: GivenLogin): string | undefined {
  if (login.entry.expiresAt !== undefined) return login.entry.expiresAt;
  const life = lifetimeOf(login);
  const observed = secretOf(evidence, login.secret);
  const written =
    observed.state === "found" ? (observed.value.lastChanged ?? observed.value.creationTimestamp) : undefined;
  const at = written === undefined ? Number.NaN : Date.parse(written);
  if (life === undefined || Number.isNaN(at)) return undefined;
  return new Date(at + life.hours * 3_600_000).toISOString().replace(".000Z", "Z");
}
