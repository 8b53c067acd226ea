import type { Diagnosis } from "../diagnose.ts";
import type { ProbeStep, RegistryProbe } from "../evidence/registry-probe.ts";
import type { AskedProbe } from "../pull/pull.ts";
import { isDockerHubHost } from "../pull/probe/habits.ts";
import type { ProbeOutcome } from "../pull/probe/reading.ts";
import { wouldPull } from "../rules/probe/would-pull.ts";
import { printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";

/** Beside the first and the last line. */
const mostSteps = 7;
const mostLines = 10;

/**
 * What was asked of the registry and what it said: a line a step, numbers for what a node asks too, letters for what was asked only to decide. No
 * more than ten lines of the given width.
 */
export function probeLines(
  { pull, evidence }: Pick<Diagnosis, "pull" | "evidence">,
  width: number,
): readonly string[] {
  const asked = pull.probe;
  if (asked === undefined) return [];
  const { probe } = asked;
  const steps = numbered(probe.steps);
  const shown =
    steps.length > mostSteps ? [...steps.slice(0, mostSteps - 1), undefined, ...steps.slice(-1)] : steps;
  const reference = pull.reference.ok
    ? `${pull.reference.repository}${pull.reference.digest === undefined ? `:${pull.reference.tag ?? "latest"}` : `@${pull.reference.digest.slice(0, 15)}…`}`
    : pull.image.image;
  const lines = shown.map((step) => (step === undefined ? "…" : stepLine(step, reference, probe, width)));
  const end = hang("", printableLine(closing(asked, wouldPull(asked, pull, evidence))), width);
  return [headLine(probe, width), ...lines, ...end].slice(0, mostLines);
}

function headLine(probe: RegistryProbe, width: number): string {
  const count = probe.steps.length;
  const time = /T(\d\d:\d\d)/.exec(probe.time)?.[1];
  const words = [
    `from this machine${time === undefined ? "" : `, ${time} UTC`}`,
    probe.host,
    `${count} request${count === 1 ? "" : "s"}`,
    ...(probe.proxy === undefined ? [] : [`through ${probe.proxy}`]),
    ...(isDockerHubHost(probe.host) ? ["costs no pull"] : []),
  ];
  return cut(printableLine(words.join(" · ")), width);
}

interface Numbered {
  readonly mark: string;
  readonly step: ProbeStep;
}

function numbered(steps: readonly ProbeStep[]): readonly Numbered[] {
  let node = 0;
  let us = 0;
  return steps.map((step) => ({
    step,
    mark: step.by === "node" ? String((node += 1)) : String.fromCharCode(96 + Math.min(26, (us += 1))),
  }));
}

function stepLine({ mark, step }: Numbered, reference: string, probe: RegistryProbe, width: number): string {
  const left = printableLine(askedWords(step, reference));
  const right = printableLine(`${step.status ?? "—"}  ${saidWords(step, probe)}`.trimEnd());
  const lead = `${mark.padEnd(2)} `;
  const room = width - lead.length;
  // The answer is what is read; of what was asked the reader knows most.
  const column = Math.min(40, Math.max(20, room - right.length - 2));
  return cut(`${lead}${cut(left, column).padEnd(column)}  ${right}`, width);
}

function askedWords(step: ProbeStep, reference: string): string {
  const { by, method, target, login, scheme } = step;
  const who = login === undefined ? "" : `login ${login.secret} (${shortKey(login.registryKey)})`;
  switch (target) {
    case "manifest":
      if (by === "us" && method === "GET") return "GET, for the words";
      if (scheme === "bearer") return `${method} with that token`;
      return who === "" ? `${method} ${reference}` : `${method}, ${who}`;
    case "content":
      return `${method} what it points to`;
    case "token":
      return who === "" ? "token, without a login" : `token, ${who}`;
    case "login":
      return scheme === "basic" && step.host !== "" && login !== undefined
        ? `the login alone, ${login.secret}`
        : "token, no repository, no login";
    case "tags":
      return "the repository's tags";
    case "config":
      return "GET the image's configuration";
    case "layer":
      return "HEAD a layer";
  }
}

function shortKey(key: string): string {
  return key
    .replace(/^https?:\/\//, "")
    .replace(/\/v[12]\/?$/, "")
    .replace(/\/$/, "");
}

function saidWords(step: ProbeStep, probe: RegistryProbe): string {
  const { status = 0, failure, target, granted, message, code, challenge, rate, redirectedTo } = step;
  const from = redirectedTo === undefined ? "" : `from ${redirectedTo}`;
  if (failure !== undefined) return [failure, from].join(" ").trim();
  if (status >= 400) {
    if (challenge !== undefined && message === undefined && step.scheme === undefined)
      return challenge.schemes.includes("bearer") ? "asks for a token" : "asks for a login";
    return message ?? code ?? challenge?.error ?? from;
  }
  if (target === "layer") return status < 300 ? "it is there" : "it is there, at another host";
  if (target === "token")
    return granted === undefined
      ? "a token"
      : granted.length === 0
        ? "grants nothing"
        : `grants ${granted.join(", ")}`;
  if (target === "login") return step.login === undefined ? "" : "the login is good";
  if (rate !== undefined) return rateWords(rate);
  if (target === "manifest" && probe.digest !== undefined)
    return [`${probe.digest.slice(0, 15)}…`, from].join(" ").trim();
  if (target === "content" || target === "config") return (probe.platforms ?? []).slice(0, 3).join(", ");
  return from;
}

function rateWords({ remaining, limit, window, counted }: NonNullable<ProbeStep["rate"]>): string {
  const of = limit === undefined ? "" : ` of ${limit}`;
  const time = window === undefined ? "" : ` in ${Math.round(window / 3600)} h`;
  const whose = { account: ", the account's", address: ", this address's", unknown: "" }[counted];
  return `left ${remaining}${of}${time}${whose}`;
}

const ends: Partial<Record<ProbeOutcome, string>> = {
  "right-or-repository": "The registry answers alike for both; only who owns the repository sees which.",
  "repository-or-hidden": "A registry may hide so what a login may not see.",
  "login-refused": "A login that is refused without a repository is not known, revoked or expired.",
  "right-missing": "The login is good; it lacks the right.",
  "pulls-used-up": "Counted for the account, so for the nodes too.",
};

/** What it comes to, or what it does not show. */
function closing({ probe, reading }: AskedProbe, would: string): string {
  const end = ends[reading.outcome];
  if (end !== undefined) return end;
  switch (probe.stopped?.why) {
    case "foreign-realm":
      return `Not asked: the token server is ${probe.stopped.host ?? "elsewhere"}, of another domain; with --trust-realm ${probe.stopped.host ?? "HOST"} the login goes there.`;
    case "unsafe-realm":
      return "Not asked: the token server is one to which no login is sent.";
    case "no-keyring":
      return "Not asked: a Secret of the list cannot be decoded, so the kubelet asks nothing either.";
    case "own-host":
      return "Not asked: this host is the node itself.";
    case undefined:
      return `${would === "yes" ? "From here it would be pulled now. " : ""}Not shown: the node's address, proxy, mirrors and logins of its own.`;
    default:
      return `Not asked further: ${probe.stopped?.why ?? ""}.`;
  }
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(1, width - 1))}…` : text;
}
