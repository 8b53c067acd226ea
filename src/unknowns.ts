import type { Evidence } from "./evidence/evidence.ts";
import { defined } from "./evidence/field.ts";
import { resourceOf } from "./evidence/objects.ts";
import { failedRead, type Observed, type Ref } from "./evidence/observed.ts";
import type { Pull } from "./pull/pull.ts";
import { causes } from "./rules/causes.ts";
import { kubectlWords, unspeakable } from "./rules/fix/command.ts";
import { unreadWords } from "./rules/facts/unread.ts";
import type { Verdict } from "./verdict.ts";

/** Something that could not be read, would have mattered, and what would make it readable. */
export interface Unknown {
  readonly text: string;
  /** Words and command in one. */
  readonly help: string;
  readonly before?: string;
  readonly command?: string;
  readonly ref: Ref;
}

/** A verdict that the text settles needs nothing more; any other says what stands in the way of being surer. */
export function unknownsOf(
  evidence: Evidence,
  pull: Pull,
  verdict: Verdict,
  kubectlFlags: readonly string[],
): readonly Unknown[] {
  return missing(evidence, pull, verdict).map(({ text, before, words, ref }) => {
    const said = words === undefined ? unspeakable : kubectlWords(words, kubectlFlags);
    const command = said === unspeakable ? undefined : said;
    return {
      text,
      help: `${before ?? ""}${command ?? ""}`,
      ...defined({ before: before?.trimEnd(), command }),
      ref,
    };
  });
}

/** What is missing, and what would help: words, a kubectl command, or both. */
interface Missing {
  readonly text: string;
  readonly before?: string;
  readonly words?: readonly string[];
  readonly ref: Ref;
}

function missing(evidence: Evidence, pull: Pull, verdict: Verdict): readonly Missing[] {
  if (verdict.state === "no-failure" || verdict.state === "waiting") return [];
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
    ...otherAccounts(evidence),
    ...furtherSecrets(evidence),
    ...unreadTemplate(evidence),
    ...eventsUnknown(evidence, pull),
    ...nodeUnknown(evidence),
  ];
}

/** What a list is called, and by which resource it is asked for. */
const lists: Readonly<Record<string, string>> = {
  Event: "The events of the Pod",
  ServiceAccountList: "The other ServiceAccounts of the namespace",
};

function say(observed: Observed<unknown>, kind: string): readonly Missing[] {
  if (observed.state !== "unknown") return [];
  const { ref } = observed;
  const list = lists[kind];
  const resource = resourceOf(ref.kind);
  const place = ref.namespace === undefined ? [] : ["-n", ref.namespace];
  const sentence = unreadWords(observed, list ?? `${kind} ${ref.name}`);
  const text = list === undefined ? sentence : sentence.replace(" is ", " are ");
  if (observed.reason === "not-collected") {
    const what = list === undefined ? [resource.replace(/s$/, ""), ref.name] : [resource];
    const words = ["get", ...what, ...place, "-o", "yaml", "--show-managed-fields"];
    return [
      { text, before: list === undefined ? "add it to the files: " : "add them to the files: ", words, ref },
    ];
  }
  const what = list === undefined ? ["get", `${resource}/${ref.name}`] : ["list", resource];
  return [{ text, words: ["auth", "can-i", ...what, ...place], ref }];
}

/** Nobody looks at them for a Pod that has a list of its own. */
function otherAccounts({ accountList, pod }: Evidence): readonly Missing[] {
  return failedRead(accountList) && pod.pullSecrets.length === 0
    ? say(accountList, "ServiceAccountList")
    : [];
}

/** Of a ReplicaSet and its Deployment, the Deployment decides. */
function unreadTemplate({ workloads }: Evidence): readonly Missing[] {
  const last = workloads.at(-1);
  return last !== undefined && failedRead(last) ? say(last, last.ref.kind) : [];
}

/** Secrets that the ServiceAccounts and the template name and the Pod does not, where they were asked for. */
function furtherSecrets({ secrets, pod }: Evidence): readonly Missing[] {
  return [...secrets]
    .filter(([name, secret]) => !pod.pullSecrets.includes(name) && failedRead(secret))
    .flatMap(([, secret]) => say(secret, "Secret"));
}

function withheldSecrets(pull: Pull): readonly Missing[] {
  return pull.listed.flatMap((secret) =>
    secret.observed.state === "found" && secret.observed.value.payload.state === "withheld"
      ? [
          {
            text: `Secret ${secret.name} is in the evidence without its content.`,
            before: "collect it with --save-bundle, which keeps what matters and no password",
            ref: secret.observed.ref,
          },
        ]
      : [],
  );
}

function eventsUnknown(evidence: Evidence, pull: Pull): readonly Missing[] {
  if (evidence.events.state === "unknown") return say(evidence.events, "Event");
  if (pull.attempt.failure?.reading.kind !== "backoff-only") return [];
  const { pod } = evidence;
  return [
    {
      text: "The events that would tell the cause are over: they are kept for about an hour.",
      before: "wait for the next attempt: ",
      words: ["get", "events", "-n", pod.namespace, ...onlyOf(pod.name), "--watch"],
      ref: evidence.events.ref,
    },
  ];
}

function onlyOf(pod: string): readonly string[] {
  return ["--field-selector", `involvedObject.name=${pod}`];
}

function nodeUnknown(evidence: Evidence): readonly Missing[] {
  return say(evidence.node, "Node");
}
