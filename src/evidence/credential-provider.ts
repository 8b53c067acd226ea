import { defined, flag, type Json, record, records, text, texts } from "./field.ts";
import type { Objects } from "./objects.ts";
import type { Observed, Ref } from "./observed.ts";

/** One exec credential provider of a node (kubelet.config.k8s.io CredentialProviderConfig). */
export interface CredentialProvider {
  readonly name: string;
  readonly ref: Ref;
  readonly matchImages: readonly string[];
  /** Set where the provider pulls as the Pod's ServiceAccount (KEP-4412, since 1.33). */
  readonly token?: {
    readonly audience: string;
    readonly requireServiceAccount: boolean;
    /** Annotations without which the kubelet skips the provider for a ServiceAccount, silently. */
    readonly requiredAnnotations: readonly string[];
  };
}

/** The providers in the order of the configuration; unknown where nobody gave the configuration. */
export function readCredentialProviders(
  objects: Objects,
  node: string | undefined,
): Observed<readonly CredentialProvider[]> {
  const ref: Ref = { kind: "CredentialProviderConfig", name: `of node ${node ?? "?"}` };
  const configs = objects.all("CredentialProviderConfig");
  if (configs.length === 0) return { state: "unknown", ref, reason: "out-of-reach" };
  const value = configs.flatMap((config) =>
    records(config, "providers").map((provider, index) =>
      readProvider(provider, { ...ref, path: `.providers[${index}]` }),
    ),
  );
  return { state: "found", ref, value };
}

function readProvider(provider: Json, ref: Ref): CredentialProvider {
  const attributes = record(provider, "tokenAttributes");
  const audience = text(attributes, "serviceAccountTokenAudience");
  return {
    name: text(provider, "name") ?? "",
    ref,
    matchImages: texts(provider, "matchImages"),
    ...defined({
      token:
        audience === undefined
          ? undefined
          : {
              audience,
              requireServiceAccount: flag(attributes, "requireServiceAccount") ?? false,
              requiredAnnotations: texts(attributes, "requiredServiceAccountAnnotationKeys"),
            },
    }),
  };
}
