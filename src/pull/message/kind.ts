import { answerWords, strangeWords } from "./words/answer.ts";
import { digestWords, diskWords, encryptedWords, manifestWords, unpackWords } from "./words/content.ts";
import { connectWords, deadlineWords, interruptedWords } from "./words/network.ts";
import { nodeWords, runtimeSpeaks, silentRuntimeWords } from "./words/node.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import type { Phase } from "./phase.ts";
import { passedOnStatus } from "./status.ts";
import { firstKind, type Words } from "./words.ts";

export interface Clues {
  /** The error of one attempt, its names masked. */
  readonly masked: string;
  readonly phase: Phase;
  readonly status: number | undefined;
}

/**
 * The kind of one attempt's error. What wraps an error is neutral or vaguer than what is inside, so the tables go from
 * the exact to the vague: the node's own words, what is broken on the disk, an answer with a status, the way to the
 * host, the manifest, the unpacking, a broken connection, a registry's sentence, time that ran out.
 */
export function kindOf({ masked, phase, status }: Clues): FailureKind {
  if (isBookkeeping(masked)) return firstKind(diskWords, masked) ?? "unknown";
  const node = firstKind(nodeWords, masked);
  if (node !== undefined) return node;
  const socket = masked.search(silentRuntimeWords);
  if (socket >= 0 && !runtimeSpeaks.test(masked.slice(0, socket))) return "runtime-unavailable";
  const stored = firstKind([...encryptedWords, ...diskWords, ...digestWords], masked);
  if (stored !== undefined) return stored;
  if (/happened during read/.test(masked)) return brokenRead(masked, phase, status);
  // A runtime that complains of a socket of the node, its snapshotter's say, does not speak of the way to a registry.
  const network = firstKind(connectWords, socket < 0 ? masked : masked.slice(0, socket));
  // A TLS server tells a client that speaks plain HTTP so, with 400.
  if (status !== undefined && !(network === "tls-other" && status === 400))
    return answeredKind(masked, phase, status);
  if (network !== undefined) return network;
  if (passedOnStatus(masked) === "refusal") return "registry-server-error";
  return loginOf(firstKind(withoutStatus, masked), phase) ?? leftOver(masked, phase);
}

/** containers/image, body_reader.go: a blob's body broke off, unless the read was stopped or another answer came. */
function brokenRead(masked: string, phase: Phase, status: number | undefined): FailureKind {
  if (status !== undefined) return answeredKind(masked, phase, status);
  return firstKind([stopped, ...interruptedWords], masked) ?? "transfer-interrupted";
}

/** Behind the manifest only a token is refused, which a stranger has as well; it had been good enough before. */
function loginOf(kind: FailureKind | undefined, phase: Phase): FailureKind | undefined {
  if (phase === "content" && kind === "manifest-not-found") return "content-missing";
  return phase === "content" && kind === "credentials-rejected" ? "auth-required" : kind;
}

/** The kubelet could not write down that it is about to pull (KEP-2535, 1.33 on); the runtime was not asked. */
export function isBookkeeping(masked: string): boolean {
  return masked.startsWith("Failed to record image pull intent");
}

/** A step that was stopped failed for its time, whatever step it was. */
const stopped: Words = [
  "deadline-exceeded",
  [["context ", /context (?:canceled|deadline exceeded)(?:: unknown)?\s*$/]],
];
const withoutStatus: readonly Words[] = [
  stopped,
  ...manifestWords,
  ...unpackWords,
  ...strangeWords,
  ...interruptedWords,
  ...answerWords,
  ...deadlineWords,
];

/** containerd's 404: `<ref>: not found`. What a snapshotter misses of its own is no image's. */
const absent = /\bnot found\s*(?:[;)\]]|$)|\bfailed to resolve [^\n]{0,2000}<name>: not found\b/i;
const absentElsewhere =
  /\b(?:index found|bucket|instance \d{1,20}|snapshot (?:<name>|\d{1,20})): not found\s*$/;

function leftOver(masked: string, phase: Phase): FailureKind {
  if (absent.test(masked) && !absentElsewhere.test(masked))
    return phase === "content" ? "content-missing" : "manifest-not-found";
  return phase === "content" && /no such file or directory/.test(masked) ? "unpack-failed" : "unknown";
}

function answeredKind(masked: string, phase: Phase, status: number): FailureKind {
  const said = loginOf(firstKind(answerWords, masked), phase);
  const inside = passedOnStatus(masked);
  // A limit of what is behind it may come with any code; a login that is locked there is the cache's.
  if (inside !== undefined)
    return said === "rate-limited" || (inside === 429 && said !== "login-locked")
      ? "rate-limited"
      : "registry-server-error";
  if (status >= 500) return said === "rate-limited" ? said : "registry-server-error";
  if (said === "login-locked") return said;
  if (status === 429) return "rate-limited";
  // A blob store is no registry, and says so in its own way.
  if (phase === "content" && status === 403) return "forbidden";
  // A page in HTML is whoever's; what its status says of a refusal holds all the same (country blocks, WAFs, portals).
  const page = /invalid character|<!doctype|<html|error parsing HTTP/i.test(masked);
  if (page) return status === 403 ? "forbidden" : "unexpected-response";
  if (said !== undefined && kinds[said].outdoesStatus === true) return said;
  switch (status) {
    case 401:
      return unauthorizedKind(masked, said);
    case 402:
    case 403:
      return forbiddenKind(masked);
    case 404:
      if (phase === "content") return "content-missing";
      return phase === "token" || phase === "ping" ? "unexpected-response" : "manifest-not-found";
    case 407:
      return "proxy-failure";
    case 412:
    case 451:
      return "policy-blocked";
    default:
      return "unexpected-response";
  }
}

/** Whom nobody knows is not told whether there is such a repository; docker before 1.10 and Google say so in words. */
function forbiddenKind(masked: string): FailureKind {
  return /failed to fetch anonymous token|verify that it exists and you have permission|unauthenticated requests? do(?:es)? not have permission/i.test(
    masked,
  )
    ? "auth-denied-or-missing-repo"
    : "forbidden";
}

function unauthorizedKind(masked: string, said: FailureKind | undefined): FailureKind {
  if (/failed to fetch oauth token/.test(masked)) return "credentials-rejected";
  if (/failed to fetch anonymous token/.test(masked)) return "auth-required";
  return said === "auth-denied-or-missing-repo" ? said : "auth-required";
}
