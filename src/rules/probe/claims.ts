import type { Ref } from "../../evidence/observed.ts";
import type { ProbeStep, RegistryProbe } from "../../evidence/registry-probe.ts";
import type { AskedProbe } from "../../pull/pull.ts";
import type { ProbeOutcome } from "../../pull/probe/reading.ts";
import { hostOf } from "../facts/listed.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** What the registry's answers show, each sentence with the steps that show it. */
export function probeClaims(failed: FailedPull): readonly Claim[] {
  const asked = failed.pull.probe;
  if (asked === undefined) return [];
  const [first, ...more] = refsOf(asked);
  const text = sentence(failed, asked);
  if (text === undefined) return [];
  const { ref } = asked.probe;
  return [claim(text, first ?? { ...ref, path: ".status.stopped" }, ...more), ...openToAll(failed, asked)];
}

export function refsOf({ probe, reading }: AskedProbe): readonly Ref[] {
  return reading.shownBy.flatMap((step) => refOf(probe.steps, step, probe.ref) ?? []);
}

function refOf(steps: readonly ProbeStep[], step: ProbeStep, ref: Ref): Ref | undefined {
  const at = steps.indexOf(step);
  return at < 0 ? undefined : { ...ref, path: `.status.steps[${at}]` };
}

const parts: ReadonlySet<ProbeStep["target"]> = new Set(["content", "config", "layer"]);

/** Asked now, from another machine than the node: said once, in front. */
const here = "Asked from this machine";

function sentence(failed: FailedPull, { probe, reading }: AskedProbe): string | undefined {
  const host = hostOf(failed);
  const secret = reading.login?.secret ?? "";
  const words = wordsOf(reading.shownBy);
  const stop = probe.stopped;
  const by: Partial<Record<ProbeOutcome, string | undefined>> = {
    opens: `${here} at ${probe.time}, ${host} gives the image${reading.login === undefined ? " to callers without a login" : ` to the login in ${secret}`}${wholeness(failed, probe)}.`,
    "content-missing": `${here}, ${host} has the tag and not ${missingPart(probe.steps)}.`,
    "content-refused": `${here}, ${host} gives the manifest and refuses a part of the image${words}.`,
    "content-unreached": `${here}, the manifest is there, and the host that has the rest of the image ${stop === undefined ? "does not answer" : "is not asked"}.`,
    "pulls-used-up": `${here}, ${host} says that the account of ${secret} has no pull left; it counts the account, wherever it pulls from.`,
    "rate-limited": `${here}, ${host} limits the rate as well${words}.`,
    "login-locked": `${here}, ${host} says that the login in ${secret} is locked${words}.`,
    "server-error": `${here}, ${host} fails by itself.`,
    "login-refused": `${here}, ${host} does not take the login in ${secret}${words}.`,
    "login-expired": `${here}, ${host} says that the login in ${secret} has expired${words}.`,
    "right-missing": `${here}, ${host} takes the login in ${secret}, and refuses it this repository${words}.`,
    "right-or-repository": `${here}, ${host} takes the login in ${secret}, and answers alike whether the repository is closed to it or not there${words}.`,
    "repository-absent": `${here}, ${host} has no such repository${words}.`,
    "repository-or-hidden": `${here}, ${host} finds no such repository; some registries say so of what a login may not see${words}.`,
    "tag-absent": `${here}, ${host} has the repository and not this tag or digest${words}.${near(probe.nearTags)}`,
    "tag-or-repository": `${here}, ${host} does not find the image either${words}.`,
    policy: `${here}, ${host} refuses the image by a policy${words}.`,
    "address-refused": `${here}, ${host} refuses this machine's address${words}; what it says to the node's, only the node can ask.`,
    "everybody-refused": `${here}, ${host} answers 403 to whoever asks; this machine's address may be why, and not the node's.`,
    "login-wanted": `${here}, ${host} asks for a login.`,
    unreached: `${here}, ${host} cannot be reached (${reading.shownBy[0]?.failure ?? "no answer"}); that says nothing of the node's way.`,
    "not-a-registry": `${here}, something that is no registry answers for ${host}; that says nothing of the image.`,
    "not-asked": stop === undefined ? undefined : stopped(stop.why, stop.host, host),
  };
  return by[reading.outcome];
}

/** Where the node missed a part: how much of the image was asked for. */
function wholeness(failed: FailedPull, probe: RegistryProbe): string {
  if (failed.failure.reading.kind !== "content-missing") return "";
  const asked = probe.steps.filter(({ target }) => target === "layer").length;
  if (probe.layers === undefined) return "; whether it has every part was not asked";
  return asked < probe.layers
    ? `; of its ${probe.layers} layers the first ${asked} were asked for, and are there`
    : "; all its layers are there";
}

function missingPart(steps: readonly ProbeStep[]): string {
  const gone = steps.findLast(({ target, status }) => parts.has(target) && status === 404);
  return gone?.target === "content"
    ? "what it points to"
    : gone?.target === "config"
      ? "the image's configuration"
      : "one of its layers";
}

function stopped(why: string, other: string | undefined, host: string): string | undefined {
  switch (why) {
    case "foreign-realm":
      return `${host} sends its clients to a token server of another domain, ${other ?? "?"}: the node's runtime takes the login there without asking, this program only with --trust-realm ${other ?? "HOST"}.`;
    case "unsafe-realm":
      return `${host} names a token server to which no login should be sent${other === undefined ? " (plain HTTP, or no address)" : `, ${other}`}: the node's runtime sends it there, this program does not.`;
    case "unsafe-address":
      return `${other ?? host} leads to an address that is never asked from here.`;
    case "own-host":
      return `${host} means the node itself, so this machine cannot ask it.`;
    default:
      return undefined;
  }
}

/** The registry's own sentence, of the steps that say one. */
function wordsOf(steps: readonly ProbeStep[]): string {
  const said = steps.findLast(({ message, status = 0 }) => status >= 400 && message !== undefined);
  const text = said?.message ?? said?.code;
  return text === undefined ? "" : `: "${text.replace(/[.\s]+$/, "")}"`;
}

function near(tags: readonly string[] | undefined): string {
  return tags === undefined || tags.length === 0 ? "" : ` It has ${tags.slice(0, 3).join(", ")}.`;
}

function openToAll(failed: FailedPull, { probe, reading }: AskedProbe): readonly Claim[] {
  if (!reading.opensToAll) return [];
  const at = probe.steps.findLastIndex(
    ({ login, target, method }) => login === undefined && target === "manifest" && method === "HEAD",
  );
  return [
    claim(`Without a login ${hostOf(failed)} gives the image to anybody.`, {
      ...probe.ref,
      path: `.status.steps[${at}]`,
    }),
  ];
}
