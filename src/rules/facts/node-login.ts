import { failedRead, type Ref } from "../../evidence/observed.ts";
import { nearMisses, providerParts, refusedLoginOfNode } from "../../pull/path/providers.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";
import { distributionOf } from "./distribution.ts";
import { hostOf } from "./listed.ts";
import type { Replay } from "./replay.ts";
import { asksForTokens, cloudRegistry, isDockerHub, takesNoLogins } from "./registry.ts";
import { unreadWords } from "./unread.ts";

/** A login that the node may hold, or was meant to hold, beside what Pods bring. */
export interface NodeLogin {
  /** Where it is written. */
  readonly where: string;
  readonly because: Claim;
}

/**
 * Why a node may have, or was meant to have, a login of its own that nothing in the API shows: its distribution keeps
 * logins in a file of its own, its runtime is one whose words do not tell whether it used one, or the node could not be
 * read, so that both are open. What clouds do is known by the registry (registry.ts), what credential providers do by
 * their configuration. Undefined where neither is the case, and for what is open to all.
 */
export function nodeLogin(failed: FailedPull): NodeLogin | undefined {
  const { node, pod } = failed.evidence;
  if (isOpenToAll(failed)) return undefined;
  const name = pod.node ?? "?";
  const info: Ref = { ...node.ref, path: ".status.nodeInfo" };
  const distribution = distributionOf(failed);
  if (distribution?.logins !== undefined)
    return {
      where: distribution.logins,
      because: claim(
        `Node ${name} is of ${distribution.name}, whose nodes take logins from ${distribution.logins}.`,
        info,
      ),
    };
  if (isCrio(failed))
    return {
      where: "the auth file of its CRI-O (global_auth_file)",
      because: claim(
        "CRI-O takes a login from the node's own auth file where the kubelet hands over none, and its words are the same without one.",
        node.state === "found" ? info : failed.failure.ref,
      ),
    };
  if (pod.node !== undefined && isUnread(failed))
    return {
      where: "its kubelet's or its runtime's configuration",
      because: claim(
        `${unreadWords(node, `Node ${name}`)} What logs it in by itself, if anything, is not known.`,
        node.ref,
      ),
    };
  return undefined;
}

/** Somebody asked for the node and was refused, or had no more than the Pod and its events. */
function isUnread({ evidence: { node, serviceAccount } }: FailedPull): boolean {
  return node.state === "unknown" && (serviceAccount.state === "unknown" || failedRead(node));
}

/** By the node's own word, else by the message's. */
export function isCrio(failed: FailedPull): boolean {
  return isRuntime(failed, "cri-o");
}

export function isDocker(failed: FailedPull): boolean {
  return isRuntime(failed, "docker");
}

function isRuntime({ evidence: { node }, failure }: FailedPull, name: "cri-o" | "docker"): boolean {
  const version = node.state === "found" ? node.value.runtimeVersion : undefined;
  return version === undefined ? failure.reading.runtime === name : version.startsWith(`${name}:`);
}

/** docker.io/library holds Docker's official images, all of them public: what is refused there does not exist. */
export function isOfficialImage({ pull: { reference }, failure }: FailedPull): boolean {
  return (
    reference.ok &&
    isDockerHub(reference.registry) &&
    reference.repository.startsWith("library/") &&
    failure.reading.mirror !== true
  );
}

/** Whoever refuses it does so for no want of a login. */
export function isOpenToAll(failed: FailedPull): boolean {
  return isOfficialImage(failed) || isOfOpenRegistry(failed);
}

/** The registry gives everybody all that it has. What a mirror answers in its place is the mirror's. */
export function isOfOpenRegistry(failed: FailedPull): boolean {
  return takesNoLogins(hostOf(failed)) && failed.failure.reading.mirror !== true;
}

/** Whoever gives strangers a token refuses with the same bare 401 what it does not open, or what it does not have. */
export function refusedAtOnce({ evidence, failure: { reading }, pull }: Replay): boolean {
  const givesTokens = pull.reference.ok && asksForTokens(pull.reference.registry) && reading.mirror !== true;
  return !givesTokens && refusedLoginOfNode(evidence, reading);
}

/** A provider is configured that covers the image, or was meant to: the node is what was to log in. */
export function providerIsMeant(failed: FailedPull): boolean {
  const { evidence, pull } = failed;
  return (
    providerParts(evidence, pull.reference)?.some(({ part }) => part !== "no-match") === true ||
    nearMisses(evidence, pull.reference).length > 0
  );
}

/**
 * The registry had asked for a login before it answered: the text shows it, or the registry is one that always does. So
 * a login that somebody held was sent.
 */
export function wasChallenged(failed: FailedPull): boolean {
  const { reading } = failed.failure;
  if (failed.pull.sent === "credential" || reading.afterChallenge === true) return true;
  return asksFirst(failed);
}

export function asksFirst(failed: FailedPull): boolean {
  const { reading } = failed.failure;
  const host = reading.host ?? hostOf(failed);
  return reading.mirror !== true && host === hostOf(failed) && cloudRegistry(host)?.asksFirst === true;
}
