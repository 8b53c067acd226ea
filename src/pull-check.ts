import { evidenceReader } from "./evidence/evidence.ts";
import type { Objects } from "./evidence/objects.ts";
import { type Maker, podsToBe, type PodToBe } from "./evidence/pod-to-be.ts";
import type { ProbeOutcome } from "./pull/probe/reading.ts";
import type { ListedSecret } from "./pull/login.ts";
import { type Pull, readPulls } from "./pull/pull.ts";
import type { CauseId } from "./rules/causes.ts";
import { templateVariable } from "./rules/facts/template-variable.ts";
import { platformIn } from "./rules/probe/platform.ts";
import { wouldPull, type WouldPull } from "./rules/probe/would-pull.ts";

/** One image that Pods to come would pull with one list of Secrets, and whether they could. */
export interface PullCheck {
  readonly image: string;
  readonly usedBy: readonly (Maker & { readonly container: string })[];
  readonly answer: WouldPull;
  readonly cause?: CauseId;
  readonly summary: string;
  readonly login?: { readonly secret: string; readonly registryKey: string };
  readonly pull: Pull;
}

interface Answered {
  readonly answer: WouldPull;
  readonly cause?: CauseId;
  readonly summary: string;
}

/** Pure, as diagnose is: objects in, answers out. `platform` is os/architecture of the nodes that are meant. */
export function checkPulls(objects: Objects, platform?: string): readonly PullCheck[] {
  const readEvidence = evidenceReader(objects);
  const checks = new Map<string, PullCheck>();
  for (const toBe of podsToBe(objects)) {
    const evidence = readEvidence(toBe.pod);
    for (const pull of readPulls(evidence)) {
      const { image, container } = pull.image;
      const user = { ...toBe.maker, container };
      const key = JSON.stringify([toBe.maker.namespace, image, evidence.pod.pullSecrets, toBe.listUnknown]);
      const known = checks.get(key);
      if (known !== undefined) checks.set(key, { ...known, usedBy: [...known.usedBy, user] });
      else {
        const would = pull.probe === undefined ? "unknown" : wouldPull(pull.probe, pull, evidence);
        const [first] = pull.lookUp.given;
        const login =
          first === undefined
            ? {}
            : { login: { secret: first.secret, registryKey: first.entry.registryKey } };
        checks.set(key, { image, usedBy: [user], pull, ...login, ...answer(pull, toBe, would, platform) });
      }
    }
  }
  return [...checks.values()];
}

function answer(pull: Pull, toBe: PodToBe, would: WouldPull, platform: string | undefined): Answered {
  const { reference, image } = pull;
  if (templateVariable(image.image) !== undefined)
    return { answer: "no", cause: "unrendered-template", summary: "a template variable was left in it" };
  if (!reference.ok) return { answer: "no", cause: "invalid-image-name", summary: reference.error };
  const broken = pull.listed.find((secret) => payloadOf(secret) === "undecodable");
  if (broken !== undefined)
    return {
      answer: "no",
      cause: "pull-secret-malformed",
      summary: `Secret ${broken.name} cannot be decoded, so no image of the Pod is pulled`,
    };
  const opened = would === "yes" && platform !== undefined ? onPlatform(pull, platform) : undefined;
  if (opened !== undefined) return opened;
  if (would === "yes") return { answer: "yes", summary: loginWords(pull) };
  const unread = pull.listed.find(({ state }) => state === "unknown");
  if (toBe.listUnknown)
    return { answer: "unknown", summary: `the list of the ServiceAccount that is meant was not read` };
  if (unread !== undefined) return { answer: "unknown", summary: `Secret ${unread.name} was not read` };
  if (pull.probe === undefined)
    return { answer: "unknown", summary: `${loginWords(pull)}; no registry was asked` };
  const { outcome } = pull.probe.reading;
  if (outcome === "login-wanted") return unheld(pull, would);
  const said = outcomes[outcome];
  return {
    answer: would,
    summary:
      said?.summary ?? `the registry was not asked further (${pull.probe.probe.stopped?.why ?? outcome})`,
    ...(would === "no" && said?.cause !== undefined ? { cause: said.cause } : {}),
  };
}

function onPlatform({ probe }: Pull, platform: string): Answered | undefined {
  const [os = "", architecture = ""] = platform.split("/");
  const platforms = probe?.probe.platforms;
  if (platforms === undefined)
    return { answer: "unknown", summary: "the image's platforms were not looked at" };
  if (platformIn(platforms, os, architecture) !== "no") return undefined;
  return { answer: "no", cause: "platform-mismatch", summary: `only for ${platforms.join(", ")}` };
}

/** Nothing of the list fits, and the registry wants a login. */
function unheld({ listed }: Pull, would: WouldPull): Answered {
  if (would === "unknown")
    return { answer: "unknown", summary: "needs a login, and the node may have one of its own" };
  const first = listed.find(({ state }) => state !== "no-name");
  if (first === undefined)
    return { answer: "no", cause: "no-pull-secret", summary: "needs a login, and no pull secret is named" };
  const absent = listed.find(({ state }) => state === "absent");
  if (absent !== undefined)
    return { answer: "no", cause: "pull-secret-missing", summary: `there is no Secret ${absent.name}` };
  const ignored = listed.find((secret) => payloadOf(secret) === "ignored");
  if (ignored !== undefined)
    return {
      answer: "no",
      cause: "pull-secret-wrong-type",
      summary: `Secret ${ignored.name} is of a type that is not read for pulls`,
    };
  return { answer: "no", cause: "registry-key-mismatch", summary: `${first.name} has no entry for it` };
}

function payloadOf({ observed }: ListedSecret): string | undefined {
  return observed.state === "found" ? observed.value.payload.state : undefined;
}

function loginWords({ lookUp }: Pull): string {
  const [first] = lookUp.given;
  return first === undefined ? "without a login" : first.secret;
}

const outcomes: Partial<Record<ProbeOutcome, { readonly summary: string; readonly cause?: CauseId }>> = {
  opens: { summary: "no image for a node" },
  "content-missing": { summary: "the tag is there, and not what it points to" },
  "content-refused": { summary: "a part of the image is refused", cause: "forbidden" },
  "content-unreached": { summary: "the host of its layers does not answer from here" },
  "pulls-used-up": { summary: "the account has no pull left", cause: "rate-limited" },
  "rate-limited": { summary: "the registry limits the rate", cause: "rate-limited" },
  "login-locked": { summary: "the registry has locked the login", cause: "login-locked" },
  "server-error": { summary: "the registry fails by itself", cause: "registry-server-error" },
  "login-refused": { summary: "the registry refuses the login", cause: "credential-rejected" },
  "login-expired": { summary: "the login has expired", cause: "credential-expired" },
  "right-missing": { summary: "the login is good and may not pull it", cause: "credential-lacks-permission" },
  "right-or-repository": {
    summary: "not shown to this login: no right, or not there",
    cause: "credential-lacks-permission",
  },
  "repository-absent": { summary: "no such repository", cause: "repository-not-found" },
  "repository-or-hidden": {
    summary: "no such repository, or hidden from this login",
    cause: "repository-not-found",
  },
  "tag-absent": { summary: "no such tag", cause: "manifest-not-found" },
  "tag-or-repository": { summary: "no such tag or repository", cause: "manifest-not-found" },
  policy: { summary: "refused by a policy", cause: "policy-blocked" },
  "address-refused": { summary: "the registry refuses this machine's address" },
  "everybody-refused": { summary: "403 to whoever asks from here" },
  unreached: { summary: "the registry cannot be reached from here" },
  "not-a-registry": { summary: "something that is no registry answers from here" },
};
