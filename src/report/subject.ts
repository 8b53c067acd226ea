import type { Diagnosis } from "../diagnose.ts";
import type { Ref } from "../evidence/observed.ts";
import type { CredentialCandidate } from "../pull/path/candidate.ts";
import { causes, type CauseId } from "../rules/causes.ts";
import { titleOf } from "./title.ts";

/** What is broken, and so what those who share it have in common. */
export interface Subject {
  readonly kind: "secret" | "list" | "account" | "workload" | "image" | "registry" | "node" | "unknown";
  /** `Secret regcred, ghcr.io`, as a title has it. */
  readonly text: string;
  /** Equal for those that are broken by the same thing. */
  readonly key: string;
}

/** Causes whose stage does not tell what is broken. */
const subjects: Partial<Record<CauseId, Subject["kind"]>> = {
  "disk-full": "node",
  "pull-qps-exceeded": "node",
  "runtime-unavailable": "node",
  "image-inspect-failed": "node",
  "sandbox-image-failed": "node",
  "unpack-failed": "image",
  "digest-mismatch": "image",
  "service-account-changed-later": "account",
  "service-account-secrets-field": "account",
  "service-account-not-opted-in": "account",
  "wrong-service-account": "workload",
  "service-account-list-ignored": "workload",
  "template-not-rolled-out": "workload",
};

/** By what the catalogue says of the cause: its credential's part and its stage. */
function kindOf(id: CauseId): Subject["kind"] {
  const { stage, credential } = causes[id];
  const known = subjects[id];
  if (known !== undefined) return known;
  switch (stage) {
    case "reference":
    case "manifest":
    case "policy":
      return "image";
    case "connect":
    case "content":
      return "registry";
    case "credentials":
    case "authenticate":
    case "authorize":
      return credential === "refused" ? "secret" : credential === "chain" ? "list" : "registry";
  }
}

/** Never a Pod's or a ReplicaSet's name: what is broken stays so when the Pod is made anew. */
export function subjectOf(diagnosis: Diagnosis): Subject {
  const { evidence, pull, verdict } = diagnosis;
  const registry = registryOf(diagnosis);
  const here = `${evidence.context ?? ""} ${evidence.pod.namespace}`;
  if (!("leading" in verdict)) {
    const said = pull.attempt.failure?.message.replaceAll(pull.image.image, "") ?? "";
    return { kind: "unknown", text: `registry ${registry}`, key: `unknown ${registry} ${said}` };
  }
  const kind = kindOf(verdict.leading.id);
  switch (kind) {
    case "secret": {
      const names = entriesOf(diagnosis);
      if (names.length > 0) return { kind, text: names.join(" and "), key: `${here} ${names.join()}` };
      return { kind: "registry", text: `registry ${registry}`, key: `registry ${registry}` };
    }
    case "list": {
      const faulty = faultySecret(diagnosis);
      const listed = listOf(diagnosis);
      return {
        kind,
        text: faulty === undefined ? `${listed}, for ${registry}` : `Secret ${faulty}`,
        key: faulty === undefined ? `${here} ${listed} ${registry}` : `${here} ${faulty}`,
      };
    }
    case "account": {
      const { serviceAccount } = evidence.pod;
      return { kind, text: `ServiceAccount ${serviceAccount}`, key: `${here} ${serviceAccount}` };
    }
    case "workload": {
      const title = titleOf(evidence);
      return { kind, text: title, key: `${here} ${title}` };
    }
    case "node": {
      const node = evidence.pod.node ?? "?";
      return { kind, text: `node ${node}`, key: `${evidence.context ?? ""} node ${node}` };
    }
    case "image":
      return { kind, text: `image ${pull.image.image}`, key: `image ${pull.image.image}` };
    case "registry":
    case "unknown":
      return { kind, text: `registry ${registry}`, key: `registry ${registry}` };
  }
}

function registryOf({ pull }: Diagnosis): string {
  return pull.reference.ok ? pull.reference.registry : pull.image.image;
}

/** The entries whose logins were handed over. */
function entriesOf({ pull, verdict }: Diagnosis): readonly string[] {
  const given = pull.given.state === "logins" ? pull.given.logins : [];
  const named = given.map(({ secret, entry }) => `Secret ${secret}, ${entry.registryKey}`);
  if (named.length > 0 || !("leading" in verdict)) return [...new Set(named)];
  const cited = verdict.leading.finding.because.flatMap(({ cites }) => cites);
  return [...new Set(cited.flatMap(secretIn))];
}

function secretIn({ kind, name, path }: Ref): readonly string[] {
  if (kind !== "Secret") return [];
  const entry = path?.split(" → ")[1];
  return [`Secret ${name}${entry === undefined ? "" : `, ${entry}`}`];
}

/** What the list names, or who might have. */
function listOf({ evidence }: Diagnosis): string {
  const { pullSecrets, serviceAccount } = evidence.pod;
  const names = [...new Set(pullSecrets)].toSorted();
  if (names.length === 0) return `ServiceAccount ${serviceAccount}`;
  return `${names.length === 1 ? "Secret" : "Secrets"} ${names.map((name) => (name === "" ? '""' : name)).join(", ")}`;
}

const faults: readonly CredentialCandidate["outcome"][] = [
  "absent",
  "not-retrieved",
  "made-later",
  "undecodable",
  "ignored",
  "empty",
];

/** The first Secret of the list that gave nothing for a reason of its own, not for want of a fitting entry. */
function faultySecret({ pull }: Diagnosis): string | undefined {
  return pull.path.find(({ source, outcome }) => source === "pull-secret" && faults.includes(outcome))
    ?.secret;
}
