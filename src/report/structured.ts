import { stringify } from "yaml";
import type { Diagnosis } from "../diagnose.ts";
import type { Ref } from "../evidence/observed.ts";
import type { CredentialCandidate } from "../pull/path/candidate.ts";
import type { Given } from "../pull/login.ts";
import type { Finding, Fix } from "../rules/rule.ts";
import { leadingOf, type NamedFinding } from "../verdict.ts";
import { refText } from "./citations.ts";
import { printable } from "../text/printable.ts";
import { wouldPull } from "../rules/probe/would-pull.ts";
import { probeFields } from "./probe-fields.ts";
import { summaryOf } from "./summary.ts";
import { ownerOf } from "./title.ts";

/** The object of -o json and -o yaml. Fields are only ever added. */
export function toDiagnosisList(diagnoses: readonly Diagnosis[]): object {
  return { apiVersion: "why-pull/v1", kind: "DiagnosisList", items: diagnoses.map(toItem) };
}

export function toJson(object: object): string {
  // Escaped as JSON has it: a terminal never sees a control or bidirectional character.
  return `${printable(JSON.stringify(object, null, 2))}\n`;
}

export function toYaml(object: object): string {
  return printable(stringify(JSON.parse(printable(JSON.stringify(object))), { lineWidth: 0 }));
}

/** One entry of the list. */
export function toItem({ evidence, pull, verdict, unknowns, trial }: Diagnosis): object {
  const { pod } = evidence;
  const owner = ownerOf(evidence);
  const { attempt, given } = pull;
  const leading = leadingOf(verdict);
  return {
    ...(evidence.context === undefined ? {} : { context: evidence.context }),
    pod: {
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid ?? null,
      node: pod.node ?? null,
      ...(owner === undefined ? {} : { owner }),
    },
    container: pull.image.container,
    containerType: pull.image.type,
    image: pull.image.image,
    verdict: {
      state: verdict.state,
      cause: leading?.id ?? null,
      confidence: leading?.finding.confidence ?? null,
      alternatives: verdict.state === "ambiguous" ? verdict.alternatives : [],
      summary: summaryOf({ evidence, pull, verdict, unknowns }),
      confirm: leading?.finding.confirm ?? null,
    },
    failure:
      attempt.progress !== "failed" || attempt.failure === undefined
        ? null
        : {
            kind: attempt.failure.reading.kind,
            stage: attempt.failure.reading.stage,
            runtime: attempt.failure.reading.runtime,
            message: attempt.failure.message,
            attempts: attempt.failure.attempts,
            lastAttempt: attempt.failure.lastAttempt ?? null,
          },
    credential: {
      given: givenOf(given),
      ...(given.state === "unknown" ? { givenUnknown: true } : {}),
      sent: pull.sent,
      listFrom: pull.listFrom,
    },
    path: pull.path.map(toPathEntry),
    findings: leading === undefined ? [] : findingsOf(leading, "others" in verdict ? verdict.others : []),
    ...probeFields(pull, (asked) => wouldPull(asked, pull, evidence)),
    unknowns: unknowns.map((unknown) => ({
      text: unknown.text,
      help: unknown.help,
      refs: [refText(unknown.ref)],
    })),
    fix: (leading?.finding.fixes ?? []).map(toFix),
    ...(trial === undefined ? {} : { trial }),
  };
}

function toFix({ summary, command, effect, lasting }: Fix): object {
  return { summary, command, effect, lasting };
}

function givenOf(given: Given): readonly object[] | null {
  if (given.state !== "logins") return null;
  return given.logins.map(({ secret, entry }) => ({
    source: "pull-secret",
    secret,
    registryKey: entry.registryKey,
  }));
}

function toPathEntry(candidate: CredentialCandidate): object {
  const { refs, source, ...rest } = candidate;
  return { source: source === "node-config" ? "node" : source, ...rest, refs: texts(refs) };
}

function findingsOf(leading: NamedFinding, others: readonly NamedFinding[]): readonly object[] {
  return [leading, ...others].map(({ id, finding }) => ({
    cause: id,
    confidence: finding.confidence,
    claims: finding.because.map((claim) => ({ text: claim.text, refs: texts(claim.cites) })),
    ...assumptions(finding),
  }));
}

function assumptions(finding: Finding): object {
  if (finding.confidence !== "possible") return {};
  return { assuming: finding.assuming.map((claim) => ({ text: claim.text, refs: texts(claim.cites) })) };
}

function texts(refs: readonly Ref[]): readonly string[] {
  return refs.map(refText);
}
