import { defined, flag, integer, type Json, record, text, texts } from "./field.ts";
import type { Objects } from "./objects.ts";
import type { Observed, Ref } from "./observed.ts";

/**
 * What a node's kubelet says of itself where `nodes/proxy` may be read: its configuration (`configz`), its flags
 * (`flagz`, on by default since 1.36) and its metrics. All are of the node, not of one Pod.
 */
export interface KubeletFacts {
  readonly ref: Ref;
  /** Whether any credential provider is configured: by the flag, or by the metric that exists only then (since 1.34). */
  readonly providersConfigured?: boolean;
  /** Failed runs of each provider since the kubelet started; only those that failed. */
  readonly providerErrors: Readonly<Record<string, number>>;
  /** imagePullCredentialsVerificationPolicy of KEP-2535. */
  readonly verificationPolicy?: string;
  readonly verificationAllowlist: readonly string[];
  /** May the node ask for a token with the audience that its provider wants; by SubjectAccessReview. */
  readonly audienceAllowed: Readonly<Record<string, boolean>>;
  readonly registryPullQps?: number;
  /** Whether it pulls one image at a time; true unless somebody wrote otherwise (1.26-1.36). */
  readonly serializeImagePulls?: boolean;
}

/** Documents of kind NodeConfiguration hold what was learnt from a node, already reduced to these facts. */
export function readKubelet(objects: Objects, node: string | undefined): Observed<KubeletFacts> {
  const name = node ?? "?";
  const ref: Ref = { kind: "Node", name, path: "/proxy" };
  const found = objects
    .all("NodeConfiguration")
    .find((document) => text(document, "metadata", "name") === name);
  if (found === undefined) return { state: "unknown", ref, reason: "out-of-reach" };
  return { state: "found", ref, value: readFacts(found, ref) };
}

function readFacts(document: Json, ref: Ref): KubeletFacts {
  const spec = record(document, "spec");
  return {
    ref,
    providerErrors: numbers(record(spec, "providerErrors")),
    verificationAllowlist: texts(spec, "verificationAllowlist"),
    audienceAllowed: booleans(record(spec, "audienceAllowed")),
    ...defined({
      providersConfigured: flag(spec, "providersConfigured"),
      verificationPolicy: text(spec, "verificationPolicy"),
      registryPullQps: integer(spec, "registryPullQps"),
      serializeImagePulls: flag(spec, "serializeImagePulls"),
    }),
  };
}

function numbers(values: Json): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function booleans(values: Json): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
  );
}
