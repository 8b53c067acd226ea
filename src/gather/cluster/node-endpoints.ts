import type { V1SubjectAccessReview } from "@kubernetes/client-node";
import type { Json } from "../../evidence/field.ts";
import { isRecord, record, text } from "../../evidence/field.ts";
import { nodeConfiguration } from "../../evidence/kubelet-endpoints.ts";
import { nameFault, segment } from "./api-paths.ts";
import type { ApiServer } from "./api-server.ts";

export interface AudienceQuestion {
  readonly node: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
}

/**
 * What the node's kubelet says of itself: `configz` for its policy on images that are there, `flagz` for whether it has
 * credential providers, `metrics` for which of them fail. Needs `get` on `nodes/proxy`, which few have; a refusal ends
 * it without a word. Undefined where nothing was learnt.
 */
export async function readNodeEndpoint(
  server: ApiServer,
  node: string,
  endpoint: "configz" | "flagz" | "metrics",
): Promise<Json | undefined> {
  if (nameFault({ name: node }) !== undefined) return undefined;
  const path = `/api/v1/nodes/${segment(node)}/proxy/${endpoint}`;
  if (endpoint === "configz") {
    const configz = await server.get(path);
    return configz.ok && isRecord(configz.body)
      ? nodeConfiguration(node, { configz: configz.body })
      : undefined;
  }
  const answer = await server.readText(path);
  return answer.ok ? nodeConfiguration(node, { [endpoint]: answer.text }) : undefined;
}

/** Facts from several endpoints of one node as one document. */
export function mergedConfigurations(documents: readonly Json[]): readonly Json[] {
  const byNode = new Map<string, Json>();
  for (const document of documents) {
    const node = text(document, "metadata", "name") ?? "";
    const before = byNode.get(node);
    byNode.set(node, before === undefined ? document : merge(before, document));
  }
  return [...byNode.values()];
}

function merge(a: Json, b: Json): Json {
  const [first, second] = [record(a, "spec"), record(b, "spec")];
  const both = (field: string): Json => ({ ...record(first, field), ...record(second, field) });
  return {
    ...a,
    spec: {
      ...first,
      ...second,
      providerErrors: both("providerErrors"),
      audienceAllowed: both("audienceAllowed"),
    },
  };
}

/**
 * Whether the node may ask for tokens with an audience that no volume of the Pod has: admission asks for this verb on
 * the audience as a resource (plugin/pkg/admission/noderestriction, on by default since 1.33). The review is answered
 * and forgotten; undefined where it may not be asked.
 */
export async function mayRequestAudience(
  server: ApiServer,
  question: AudienceQuestion,
): Promise<boolean | undefined> {
  const review: V1SubjectAccessReview = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: `system:node:${question.node}`,
      groups: ["system:nodes", "system:authenticated"],
      resourceAttributes: {
        verb: "request-serviceaccounts-token-audience",
        resource: question.audience,
        name: question.serviceAccount,
        namespace: question.namespace,
      },
    },
  };
  const answer = await server.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
  if (!answer.ok) return undefined;
  const { status } = answer.body as { status?: unknown };
  return isRecord(status) && typeof status["allowed"] === "boolean" ? status["allowed"] : undefined;
}

/** The answer as a document about the node. */
export function audienceDocument(node: string, audience: string, allowed: boolean): Json {
  const base = nodeConfiguration(node, {});
  return { ...base, spec: { ...record(base, "spec"), audienceAllowed: { [audience]: allowed } } };
}
