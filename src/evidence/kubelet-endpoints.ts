import { defined, flag, integer, type Json, record, text, texts } from "./field.ts";

/**
 * Reduces what a kubelet's endpoints answer to the few facts that bear on pulls. Flags and metrics hold much else,
 * some of it nobody's business, and none of it is kept.
 */
export function nodeConfiguration(
  node: string,
  answers: { readonly configz?: Json; readonly flagz?: string; readonly metrics?: string },
): Json {
  const config = record(answers.configz, "kubeletconfig");
  const configured = providersConfigured(answers.flagz, answers.metrics);
  return {
    apiVersion: "why-pull/v1",
    kind: "NodeConfiguration",
    metadata: { name: node },
    spec: {
      providerErrors: providerErrors(answers.metrics ?? ""),
      verificationAllowlist: texts(config, "preloadedImagesVerificationAllowlist"),
      ...defined({
        providersConfigured: configured,
        verificationPolicy: text(config, "imagePullCredentialsVerificationPolicy"),
        registryPullQps: integer(config, "registryPullQPS"),
        serializeImagePulls: flag(config, "serializeImagePulls"),
      }),
    },
  };
}

/** flagz varies the sign between name and value on purpose (component-base zpages/flagz). */
function providersConfigured(flagz: string | undefined, metrics: string | undefined): boolean | undefined {
  const line = /^image-credential-provider-config[\s:=]*(.*)$/m.exec(flagz ?? "");
  if (line !== null) return (line[1] ?? "").trim() !== "";
  if (metrics === undefined) return undefined;
  // The metric exists since 1.34, and only with a configuration; without it nothing is proved.
  return /^kubelet_credential_provider_config_info\{/m.test(metrics) ? true : undefined;
}

/** `_errors` up to 1.33, `_errors_total` since. */
function providerErrors(metrics: string): Readonly<Record<string, number>> {
  const pattern =
    /^kubelet_credential_provider_plugin_errors(?:_total)?\{plugin_name="([A-Za-z0-9._-]{1,253})"\} (\d+(?:\.\d+)?(?:e\+\d+)?)$/gm;
  return Object.fromEntries(
    [...metrics.matchAll(pattern)]
      .map(([, name, count]) => [name ?? "", Number(count)] as const)
      .filter(([, count]) => count > 0),
  );
}
