import { defined } from "../../evidence/field.ts";
import { type Meaning, type Sent, unproved } from "./kind-facts.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import type { MessageReading } from "./reading.ts";

type About = Partial<Readonly<Record<Sent, string>>>;

const afterAnswer: About = {
  anonymous: "The request carried no login.",
  credential: "A login was sent.",
  unknown: unproved,
};
type Facts = Partial<
  Pick<
    MessageReading,
    | "dockerConfigError"
    | "inspect"
    | "creating"
    | "namesMissing"
    | "mirror"
    | "mirrorBefore"
    | "notAsked"
    | "passedOn"
    | "held"
    | "stage"
    | "status"
  > & {
    /** The text has the registry's own sentence besides the status. */
    readonly sentence: boolean;
  }
>;

/** The sentences behind each other. */
export function wholeMeaning({ failed, sent }: Meaning): string {
  return sent === undefined ? failed : `${failed} ${sent}`;
}

/** What the text proves, and no more. */
export function meaningOf(kind: FailureKind, sent: Sent, facts: Facts): Meaning {
  const meaning = meant(kind, sent, facts);
  if (facts.mirrorBefore !== undefined)
    return {
      failed: `A mirror was asked first: ${within(kinds[facts.mirrorBefore].sentence)} The registry itself: ${within(kinds[kind].sentence)}`,
    };
  // What a mirror answers, the registry itself did not say.
  return facts.mirror === true
    ? { ...meaning, failed: meaning.failed.replace(/^The registry(?='s| )/, "A mirror of the registry") }
    : meaning;
}

/** A kind's sentence behind a colon that names whom it is about. */
function within(sentence: string): string {
  const about = sentence.replace(/^The registry (?=[a-z])/, "it ").replace(/^The registry's /, "its ");
  return about.charAt(0).toLowerCase() + about.slice(1);
}

function meant(kind: FailureKind, sent: Sent, facts: Facts): Meaning {
  const special = meantApart(kind, sent, facts);
  if (special !== undefined) return { failed: special };
  if (kind === "forbidden" && sent === "unknown" && facts.sentence === true)
    return {
      failed: "The registry forbids the pull, in the words that the text ends with.",
      sent: unproved,
    };
  const { reached, bySent, refusal, sentence } = kinds[kind];
  const exact = bySent?.[sent];
  if (exact !== undefined) return typeof exact === "string" ? { failed: exact } : exact;
  const failed = nearer(kind, sent, facts) ?? sentence;
  // Where somebody answered, it is worth knowing who asked.
  if (reached === "answer" && refusal !== true) return { failed, ...defined({ sent: afterAnswer[sent] }) };
  return reached === "way" ? onTheWay(failed, sent, facts) : { failed };
}

/** Where more than the kind decides what is meant, and a login is no sentence of its own. */
function meantApart(kind: FailureKind, sent: Sent, facts: Facts): string | undefined {
  if (facts.dockerConfigError !== undefined)
    return "The kubelet could not decode a pull secret of the Pod, so it asked no registry.";
  if (facts.inspect === true && facts.stage !== "reference") {
    const asked = "The runtime could not say whether it has the image; it came to no pull.";
    return kind === "unknown" || kind === "backoff-only" ? asked : `${asked} ${kinds[kind].sentence}`;
  }
  if (facts.creating === true && kind !== "unknown")
    return `The image had been pulled; it fails where the container is made of it. ${kinds[kind].sentence}`;
  if (kind === "forbidden" && facts.stage === "content")
    return "The blob store answered 403 after the manifest could be read: a blocked address or an expired link rather than a missing right to the repository.";
  if (kind === "auth-required" && facts.stage === "content")
    return "The registry had given the image's manifest, and refuses a part of the image with 401: not for want of a login, since that was good enough before.";
  if (
    kind === "auth-required" &&
    facts.stage === "authenticate" &&
    sent === "anonymous" &&
    facts.held === "none"
  )
    return "A request without a login was refused: the runtime held no login that it could use for this host.";
  return undefined;
}

/** A kind's sentence, where the text shows more than the kind. */
function nearer(kind: FailureKind, sent: Sent, facts: Facts): string | undefined {
  switch (kind) {
    case "manifest-not-found":
      return facts.namesMissing === "manifest"
        ? "The registry has no such tag or digest of the repository."
        : undefined;
    case "rate-limited":
      return facts.passedOn === undefined
        ? undefined
        : "The registry passes on that too much was asked of the registry behind a cache.";
    case "registry-server-error":
      if (facts.passedOn === "unreached")
        return "The registry says that it could not ask the registry behind it for the image.";
      if (facts.passedOn === "refusal")
        return "The registry says that the one behind it refused what it asked there itself.";
      if (facts.passedOn !== undefined)
        return `The registry passes on an answer of ${facts.passedOn} that it got itself, mostly from the registry behind a cache.`;
      if (facts.stage === "authenticate") return "The registry's token server failed by itself (5xx).";
      return facts.stage === "content" ? "The registry or its blob store failed by itself (5xx)." : undefined;
    case "credential-provider-failed":
      return facts.notAsked === true
        ? "The kubelet could not get the ServiceAccount or its token for a credential provider, so the provider was not asked; the pull goes on without its login."
        : undefined;
    case "policy-blocked":
      if (sent === "nothing") return "The node's configuration blocks the registry; nothing was asked.";
      return facts.status === 412 && facts.sentence !== true
        ? "The answer was 412, which Harbor gives where its policy forbids the image."
        : undefined;
    default:
      return undefined;
  }
}

function onTheWay(failed: string, sent: Sent, facts: Facts): Meaning {
  if (sent === "nothing") return { failed, sent: "Nothing was sent." };
  if (facts.mirror === true)
    return { failed: `${failed} It is a mirror; what other hosts were sent, the text does not tell.` };
  if (sent === "anonymous")
    return { failed: `${failed} The registry had been asked before, without a login.` };
  return facts.held === "login"
    ? { failed: `${failed} The runtime held a login; it did not get through here.` }
    : { failed, sent: unproved };
}
