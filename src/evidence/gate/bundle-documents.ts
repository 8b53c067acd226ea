import { isRecord, type Json, texts } from "../field.ts";
import { listOf, scalars } from "./kept-fields.ts";
import { shownImage } from "./shown-image.ts";
import { shownRegistryKey } from "./shown-registry-key.ts";

/** What the gate keeps of documents that no API server has: of a bundle's own, and of a node's configuration. */

/** A provider's `env` and `args` may hold what its authors keep secret. */
export function providers(config: Json): Json {
  return listOf(config, "providers", (provider) => {
    const token = provider["tokenAttributes"];
    return {
      ...scalars(provider, ["name", "defaultCacheDuration", "apiVersion"]),
      matchImages: texts(provider, "matchImages").map(shownRegistryKey),
      ...(isRecord(token) ? { tokenAttributes: tokenAttributes(token) } : {}),
    };
  });
}

function tokenAttributes(token: Json): Json {
  return {
    ...scalars(token, ["serviceAccountTokenAudience", "cacheType", "requireServiceAccount"]),
    requiredServiceAccountAnnotationKeys: texts(token, "requiredServiceAccountAnnotationKeys"),
    optionalServiceAccountAnnotationKeys: texts(token, "optionalServiceAccountAnnotationKeys"),
  };
}

/** The facts of kubelet-endpoints.ts. */
export function nodeSpec(spec: Json): Json {
  const all = (field: string): Json => {
    const value = spec[field];
    return isRecord(value) ? { [field]: scalars(value, Object.keys(value)) } : {};
  };
  return {
    ...scalars(spec, ["providersConfigured", "verificationPolicy", "registryPullQps"]),
    verificationAllowlist: texts(spec, "verificationAllowlist").map(shownImage),
    ...all("providerErrors"),
    ...all("audienceAllowed"),
  };
}

/**
 * The one flag that may come out of a file into a command that somebody pastes: the name of a context in the reader's own
 * kubeconfig. Any other names a file, a server or a user, which are the reader's to say: a file that came along could hold a
 * kubeconfig that runs a program, or leads a login elsewhere.
 */
const flagsOfBundles = ["--context"];

export function bundleSpec(spec: Json): Json {
  return {
    kubectlFlags: pairs(texts(spec, "kubectlFlags")),
    targets: texts(spec, "targets"),
    ...(texts(spec, "neighbours").length === 0 ? {} : { neighbours: texts(spec, "neighbours") }),
  };
}

function pairs(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [flag = "", value = "-"] = words.slice(at, at + 2);
    if (!flagsOfBundles.includes(flag) || value.startsWith("-")) continue;
    kept.push(flag, value);
    at += 1;
  }
  return kept;
}
