import { readQuoted } from "./quoted.ts";

/** What stood around an error: the kubelet's sentences, gRPC's, and those of logs. */
export interface Wrapping {
  /** The image that the kubelet quotes, as the Pod has it; empty where the kubelet forgot it (1.32-1.36, ImageInspectError). */
  readonly image?: string;
  /** What is inside; null where the text carries no cause. */
  readonly error: string | null;
  /** The waiting reason that the text names: `ErrImagePull`, `InvalidImageName`. */
  readonly reason?: string;
  /** The runtime was asked for the Pod's sandbox, not for an image. */
  readonly sandbox?: boolean;
  /** The runtime was asked whether it has the image (CRI ImageStatus); nothing was pulled yet. */
  readonly inspect?: boolean;
  /** `Error: ` in front, as podman's command line prints and the kubelet's event `Failed`. */
  readonly bareError?: boolean;
  /** The container was being created: its image is there, and what holds it or who pulls it anew inside a guest fails. */
  readonly creating?: boolean;
  /**
   * A sentence of kubelets from before the CRI (1.1-1.5), which knew docker only, and said so where their keyring, with what the
   * node's own providers gave, had no login for the image (pkg/kubelet/dockertools/docker.go).
   */
  readonly beforeCri?: boolean;
}

/** `whole`: what is left is the cause itself, although it looks like a wrapper. */
type Layer = Omit<Wrapping, "error"> & { readonly rest: string | null; readonly whole?: boolean };

/** Enough for every nesting that is known (event, combined, waiting reason, quoted log field, two gRPC layers). */
const deepest = 16;

export function unwrap(text: string): Wrapping {
  const found: Omit<Wrapping, "error"> = {};
  let rest = start(text.trim());
  for (let depth = 0; depth < deepest; depth += 1) {
    const layer = peel(rest);
    if (layer === undefined) break;
    const { rest: inner, whole, ...facts } = layer;
    // The kubelet's own quote stands outside; a registry's sentence may look like one.
    Object.assign(found, facts, found.image === undefined ? {} : { image: found.image });
    if (inner === null || inner === "") return { ...found, error: null };
    if (whole === true) return { ...found, error: inner };
    rest = inner;
  }
  return { ...found, error: rest };
}

/** Tables of events and terminals put columns in front: `Warning  Failed  2m (x4 over 3m)  kubelet  Failed to pull image …`. */
const openings = [
  'Failed to pull image "',
  'Back-off pulling image "',
  "Failed to create pod sandbox: ",
  "Failed create pod sandbox: ",
  'Failed to apply default image tag "',
  'Failed to inspect image "',
  'failed to "StartContainer" for "',
  "Unable to retrieve some image pull secrets (",
  "Unable to retrieve pull secret ",
];
const nextEvent = /\n[ \t]*(?:Normal|Warning)[ \t]+[A-Z]/;

/** How often an event was seen, as some lists write it behind the message. */
const counted = / \(x\d{1,9}(?: over [^)]{1,20})?\)$/;

function start(whole: string): string {
  const text = whole.replace(counted, "");
  if (peel(text) !== undefined) return text;
  const first = openings.map((opening) => text.indexOf(opening)).filter((index) => index > 0);
  if (first.length === 0) return text;
  // A list of several errors keeps its bracket, and a quoted one its quote.
  const at = Math.min(...first);
  if (/[["{]$/.test(text.slice(0, at).trimEnd())) return text;
  const cut = text.slice(at);
  const end = nextEvent.exec(cut)?.index;
  return end === undefined ? cut : cut.slice(0, end);
}

function peel(text: string): Layer | undefined {
  return peelPlain(text) ?? peelCreation(text) ?? peelKubelet(text) ?? peelOldKubelet(text) ?? peelLog(text);
}

/**
 * Prefixes that say nothing: kubelet 1.35 puts the field path before an event's message, gRPC its code, crictl and
 * nerdctl their level, journald its columns.
 */
const plain = [
  /^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S{1,40}) (?:\S{1,253} )?[\w.@-]{1,64}\[\d{1,10}\]: /,
  /^\(combined from similar events\): /,
  /^spec\.(?:init|ephemeral)?[cC]ontainers\{[^}]{0,253}\}: /,
  /^Error syncing pod, skipping: /,
  /^rpc error: code = \w{1,40} desc = \s*/,
  /^(?:FATA|ERRO)\[\d{1,8}\] /,
  /^(?:pulling image(?: failed)?|PullImage from image service failed): /,
  /^(?:# ?)?(?:\[(?:ERROR|WARNING) ImagePull\]: )?failed to pull image \S{1,1024}: output: /,
  /^PullImage "[^"]{0,1024}" (?:from image service )?failed: /,
];
const sandboxCalls = [
  /^Failed (?:to )?create pod sandbox: /,
  /^Failed to create sandbox for pod "[^"]{0,600}": /,
  /^(?:RunPodSandbox from runtime service|[cC]reatePodSandbox for pod "[^"]{0,600}") failed: /,
];

function peelPlain(text: string): Layer | undefined {
  for (const prefix of plain) {
    const found = prefix.exec(text);
    if (found !== null) return { rest: text.slice(found[0].length) };
  }
  for (const prefix of sandboxCalls) {
    const found = prefix.exec(text);
    if (found !== null) return { rest: text.slice(found[0].length), sandbox: true };
  }
  return undefined;
}

/**
 * A container that cannot be created is no failed pull, unless its image's content is what is at fault, or the guest of
 * a confidential container pulls by itself (kata-containers 3, image-rs and its likes).
 */
const unpackingAgain = /^failed to create containerd container: (?=error unpacking image)/;
const shimStatus =
  /^(?:failed to create containerd task: )?failed to create shim task: rpc status: Status \{ code: \w{1,40}, message: (?=")/;
const guestPulls = /\bpull(?:ing)? (?:the )?(?:image|manifest)\b|\bimage pull\b|\bverifying image\b/i;

function peelCreation(text: string): Layer | undefined {
  const unpacking = unpackingAgain.exec(text);
  if (unpacking !== null) return { rest: text.slice(unpacking[0].length), creating: true };
  const status = shimStatus.exec(text);
  const said = status === null ? undefined : readQuoted(text, status[0].length)?.value;
  if (said === undefined || !guestPulls.test(said)) return undefined;
  return { rest: said, creating: true, whole: true };
}

/** Waiting reasons of pkg/kubelet/images/types.go that the kubelet itself writes in front of an error or alone. */
const reasonWords = "ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError";
const crioReasons = "RegistryUnavailable|SignatureValidationFailed";
const quoting =
  /^(Failed to pull image|Back-off pulling image|Pulling image|Successfully pulled image|Container image) (?=")/;
const reasonBehind = new RegExp(`^(${reasonWords}|${crioReasons}): `);
const reasonInFront = new RegExp(
  `^(${reasonWords}|CreateContainerError|CreateContainerConfigError|RunContainerError|StartError): `,
);
const reasonAlone = new RegExp(`^(?:${reasonWords}|${crioReasons})$`);
/** The other reasons are causes by themselves. */
const withoutCause = new Set(["ErrImagePull", "ImagePullBackOff", "ImageInspectError"]);

function peelKubelet(text: string): Layer | undefined {
  const sentence = quoting.exec(text);
  if (sentence !== null) return peelQuoting(text, sentence);
  const named = /^Failed to (inspect image|apply default image tag) (?=")/.exec(text);
  if (named !== null) {
    const image = readQuoted(text, named[0].length);
    const rest = text.slice(image?.end ?? text.length).replace(/^: /, "");
    const inspect = named[1] === "inspect image";
    const facts = inspect ? { inspect, reason: "ImageInspectError" } : { reason: "InvalidImageName" };
    return { rest, ...facts, ...(image === undefined ? {} : { image: image.value }) };
  }
  // The kubelet's own bookkeeping, before it asks the runtime (1.33-1.36); the sentence is the cause.
  const intent = /^Failed to record image pull intent for container image (?=")/.exec(text);
  if (intent !== null) {
    const image = readQuoted(text, intent[0].length)?.value;
    return { rest: text, whole: true, ...(image === undefined ? {} : { image }) };
  }
  const step = /^failed to "(StartContainer|CreatePodSandbox)" for "[^"]{0,600}" with (\w{1,64}): (?=")/.exec(
    text,
  );
  if (step?.[2] !== undefined) {
    const rest = readQuoted(text, step[0].length)?.value ?? "";
    return step[1] === "StartContainer" ? { rest, reason: step[2] } : { rest, sandbox: true };
  }
  if (reasonAlone.test(text))
    return withoutCause.has(text) ? { rest: null, reason: text } : { rest: text, reason: text, whole: true };
  const reason = reasonInFront.exec(text);
  if (reason?.[1] !== undefined) return { rest: text.slice(reason[0].length), reason: reason[1] };
  const cli = /^(?:Trying to pull \S{1,1024}?\.\.\.\s*)?Error: /.exec(text);
  if (cli !== null) return { rest: text.slice(cli[0].length), bareError: true };
  return undefined;
}

function peelQuoting(text: string, sentence: RegExpExecArray): Layer | undefined {
  const quoted = readQuoted(text, sentence[0].length);
  if (quoted === undefined) return undefined;
  const image = quoted.value;
  const behind = text.slice(quoted.end);
  switch (sentence[1]) {
    case "Failed to pull image":
      return { rest: behind.replace(/^: /, ""), image, reason: "ErrImagePull" };
    case "Back-off pulling image": {
      const rest = behind.replace(/^: /, "");
      const reason = reasonBehind.exec(rest);
      return reason?.[1] === undefined
        ? { rest, image, reason: "ImagePullBackOff" }
        : { rest: rest.slice(reason[0].length), image, reason: reason[1] };
    }
    case "Container image":
      // `already present on machine` is no failure; the other sentence is its own cause.
      return behind.startsWith(" is not present with pull policy of Never")
        ? { rest: text, image, reason: "ErrImageNeverPull", whole: true }
        : { rest: null, image };
    default:
      return { rest: null, image };
  }
}

/** Sentences of kubelet 1.1-1.5 (`details: (…)`) and of 1.28 on for CRI-O's two words (image_manager.go, evalCRIPullErr). */
function peelOldKubelet(text: string): Layer | undefined {
  const found =
    /^image pull failed for (\S{1,1024}?)(?:, this may be because there are no credentials on this request\.\s{1,2}details: \(| because the (registry is unavailable|signature validation failed)(?:: |\.?$))/.exec(
      text,
    );
  if (found?.[1] === undefined) return undefined;
  const rest = text.slice(found[0].length);
  const image = found[1];
  if (found[2] === undefined) return { rest: rest.replace(/\)\s*$/, "").trim(), image, beforeCri: true };
  const reason = found[2] === "registry is unavailable" ? "RegistryUnavailable" : "SignatureValidationFailed";
  return { rest: rest === "" ? null : rest, image, reason };
}

/** The error of a log line: klog's `err="…"`, logrus' `error="…"`, else its message; or the same fields as JSON. */
const klog = /^[IWEF]\d{4} [\d:.]{8,20}\s+\d{1,10} \S{1,128}\] /;
const logrus = /^(?:time="[^"]{0,64}" )?level=\w{1,16} (?:msg=)?/;
/** Messages that are causes, which what they came of goes on with and does not name. */
const tellingMessages =
  /^(?:Unable to retrieve pull secret\b|Failed to register CRI auth plugins|failed to (?:decode|load|parse|process) \S{0,512}(?:hosts\.toml|registries\.(?:conf|yaml)))/;

function peelLog(text: string): Layer | undefined {
  const line = klog.exec(text) ?? logrus.exec(text);
  const begin = line?.[0].length ?? 0;
  const told = readQuoted(text, begin);
  if (told !== undefined && tellingMessages.test(told.value) && /^ \w{1,64}=/.test(text.slice(told.end))) {
    const reason = fieldOf(text, [" err=", " error="], told.end);
    return { rest: reason === undefined ? told.value : `${told.value}: ${reason}`, whole: true };
  }
  if (line !== null) {
    const sandbox = /RunPodSandbox|PodSandbox/.test(text.slice(0, 400)) ? { sandbox: true } : {};
    const found = fieldOf(text, [" err=", " error=", " msg="], line[0].length - " msg=".length);
    return { rest: found ?? text.slice(begin), ...sandbox };
  }
  if (!text.startsWith("{")) return undefined;
  const found = fieldOf(text, ['"err":', '"error":', '"message":', '"msg":'], 0);
  return found === undefined ? undefined : { rest: found };
}

/** The first of these fields that has a quoted value. */
function fieldOf(text: string, fields: readonly string[], from: number): string | undefined {
  for (const field of fields) {
    const at = text.indexOf(field, Math.max(0, from));
    if (at < 0) continue;
    const value = readQuoted(text, at + field.length + (text[at + field.length] === " " ? 1 : 0))?.value;
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
