import { readQuoted } from "./quoted.ts";
import type { Wrapping } from "./wrapper.ts";

/** containerd, dockershim and cri-dockerd name the sandbox's image; CRI-O's error is an image's, in a sandbox's wrapper. */
const naming =
  /failed to get sandbox image\b:? ?|failed pulling image |unable to pull sandbox image |failed to (?:inspect|ensure) sandbox image /;
const pulling =
  /failed to pull |unable to pull |pulling image|initializing source|reading manifest <|pinging container registry|failed to resolve (?:reference|image)|architecture mismatch|no image found in|error unpacking image|failed to extract layer/i;
/** A network plugin asks the API server, not a registry. */
const registryUrl = /\b(?:Get|Head) ["“]?https?:\/\/[^\s"/]{1,512}\/v2\//;
const crioSandbox = /^(?:error )?creating pod sandbox with name /;

/**
 * Whether the sandbox (pause) image is what could not be pulled: its reference (empty where the text has none), `other`
 * for a sandbox that fails for another reason, undefined where no sandbox is spoken of. The runtime pulls it by itself,
 * without the Pod's pull secrets (containerd sandbox_run.go 1.6-2.2, CRI-O pause_image_auth_file).
 */
export function sandboxImage(
  wrapping: Wrapping,
  reason: string | null | undefined,
  masked: string,
): { readonly image: string } | "other" | undefined {
  const error = wrapping.error ?? "";
  const named = naming.exec(error);
  if (named !== null) return { image: readQuoted(error, named.index + named[0].length)?.value ?? "" };
  const spoken = wrapping.sandbox === true || crioSandbox.test(error) || reason === "FailedCreatePodSandBox";
  if (!spoken) return undefined;
  if (!pulling.test(masked) && !registryUrl.test(error)) return "other";
  return { image: /initializing source docker:\/\/(\S{1,1024}?):?(?:\s|$)/.exec(error)?.[1] ?? "" };
}
