import type { Json } from "../evidence/field.ts";
import { isRecord, text } from "../evidence/field.ts";
import { nodeConfiguration } from "../evidence/kubelet-endpoints.ts";
import type { ApiServer } from "./api-server.ts";

export interface AudienceQuestion {
  readonly node: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
}

/**
 * What the node's kubelet says of itself: its flags, and either its configuration or its metrics. Needs `get` on
 * `nodes/proxy`, which few have; the first refusal ends it without a word. Undefined where nothing was learnt.
 */
export async function readNodeEndpoints(
  server: ApiServer,
  node: string,
  wanted: "providers" | "policy",
): Promise<Json | undefined> {
  const base = `/api/v1/nodes/${encodeURIComponent(node)}/proxy`;
  if (wanted === "policy") {
    const configz = await server.get(`${base}/configz`);
    return configz.ok && isRecord(configz.body)
      ? nodeConfiguration(node, { configz: configz.body })
      : undefined;
  }
  const [flagz, metrics] = await Promise.all([
    server.readText(`${base}/flagz`),
    server.readText(`${base}/metrics`),
  ]);
  if (!flagz.ok && !metrics.ok) return undefined;
  return nodeConfiguration(node, {
    ...(flagz.ok ? { flagz: flagz.text } : {}),
    ...(metrics.ok ? { metrics: metrics.text } : {}),
  });
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
  const answer = await server.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
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
  });
  if (!answer.ok) return undefined;
  const { status } = answer.body as { status?: unknown };
  return isRecord(status) && typeof status["allowed"] === "boolean" ? status["allowed"] : undefined;
}

/** The facts about a node with the answer to one more question among them. */
export function withAudience(
  configuration: Json | undefined,
  node: string,
  audience: string,
  allowed: boolean,
): Json {
  const base = configuration ?? nodeConfiguration(node, {});
  const spec = isRecord(base["spec"]) ? base["spec"] : {};
  return {
    ...base,
    metadata: { name: text(base, "metadata", "name") ?? node },
    spec: { ...spec, audienceAllowed: { [audience]: allowed } },
  };
}
