import type { Evidence } from "./evidence/evidence.ts";
import { resourceOf } from "./evidence/objects.ts";
import type { Observed, Ref } from "./evidence/observed.ts";
import type { Pull } from "./pull/pull.ts";
import { causes } from "./rules/causes.ts";
import { unreadWords } from "./rules/unread.ts";
import type { Verdict } from "./verdict.ts";

/** Something that could not be read, would have mattered, and what would make it readable. */
export interface Unknown {
  readonly text: string;
  readonly help: string;
  readonly ref: Ref;
}

/** A verdict that the text settles needs nothing more; any other says what stands in the way of being surer. */
export function unknownsOf(evidence: Evidence, pull: Pull, verdict: Verdict): readonly Unknown[] {
  if (verdict.state === "no-failure") return [];
  if (verdict.state === "cause") {
    if (verdict.leading.finding.confidence === "certain") return [];
    if (causes[verdict.leading.id].credential === "innocent") return nodeUnknown(evidence);
  }
  return [
    ...pull.listed
      .filter((secret) => secret.state === "unknown")
      .flatMap((secret) => say(secret.observed, "Secret")),
    ...withheldSecrets(pull),
    ...say(evidence.serviceAccount, "ServiceAccount"),
    ...eventsUnknown(evidence, pull),
    ...nodeUnknown(evidence),
  ];
}

function say(observed: Observed<unknown>, kind: string): readonly Unknown[] {
  if (observed.state !== "unknown") return [];
  const { ref } = observed;
  const name = kind === "Event" ? "The events of the Pod" : `${kind} ${ref.name}`;
  const verb = kind === "Event" ? "list" : "get";
  const resource = resourceOf(ref.kind);
  const what = kind === "Event" ? resource : `${resource}/${ref.name}`;
  const place = ref.namespace === undefined ? "" : ` -n ${ref.namespace}`;
  const help =
    observed.reason === "not-collected"
      ? `add it to the files: kubectl get ${kind === "Event" ? resource : `${resource.replace(/s$/, "")} ${ref.name}`}${place} -o yaml --show-managed-fields`
      : `kubectl auth can-i ${verb} ${what}${place}`;
  return [{ text: plural(unreadWords(observed, name), kind), help, ref }];
}

function plural(sentence: string, kind: string): string {
  return kind === "Event" ? sentence.replace(" is ", " are ") : sentence;
}

function withheldSecrets(pull: Pull): readonly Unknown[] {
  return pull.listed.flatMap((secret) =>
    secret.observed.state === "found" && secret.observed.value.payload.state === "withheld"
      ? [
          {
            text: `Secret ${secret.name} is in the evidence without its content.`,
            help: "collect it with --save-bundle, which keeps what matters and no password",
            ref: secret.observed.ref,
          },
        ]
      : [],
  );
}

function eventsUnknown(evidence: Evidence, pull: Pull): readonly Unknown[] {
  if (evidence.events.state === "unknown") return say(evidence.events, "Event");
  if (pull.attempt.failure?.reading.kind !== "backoff-only") return [];
  const { pod } = evidence;
  return [
    {
      text: "The events that would tell the cause are over: they are kept for about an hour.",
      help: `wait for the next attempt: kubectl get events -n ${pod.namespace} --field-selector involvedObject.name=${pod.name} --watch`,
      ref: evidence.events.ref,
    },
  ];
}

function nodeUnknown(evidence: Evidence): readonly Unknown[] {
  return say(evidence.node, "Node");
}
