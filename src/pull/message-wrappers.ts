/** What the kubelet and those above it put around a runtime's error (facts by version: kubelet 1.2-1.36). */
export interface Unwrapped {
  /** The image that the wrapper quotes, as the Pod has it. */
  readonly image?: string;
  /** What is inside; null where the text carries no cause. */
  readonly error: string | null;
  /** The waiting reason that stands inside a back-off's text. */
  readonly reason?: string;
}

const quoted = /^"((?:[^"\\]|\\.)*)"/;
const bareReasons =
  /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/;

export function unwrapKubelet(text: string): Unwrapped {
  let rest = text.trim();
  let image: string | undefined;
  let reason: string | undefined;
  const take = (prefix: RegExp): boolean => {
    const found = prefix.exec(rest);
    if (found === null) return false;
    rest = rest.slice(found[0].length);
    return true;
  };
  for (let round = 0; round < 12; round += 1) {
    if (take(/^\(combined from similar events\): /)) continue;
    if (take(/^spec\.(?:init|ephemeral)?[cC]ontainers\{[^}]{0,253}\}: /)) continue;
    if (take(/^Error syncing pod, skipping: /)) continue;
    if (take(/^failed to "StartContainer" for "[^"]{0,253}" with (?:ErrImagePull|ImagePullBackOff): /)) {
      rest = unquote(rest);
      continue;
    }
    if (take(/^rpc error: code = \w+ desc = /)) continue;
    if (take(/^PullImage (?="[^"]*" from image service failed: )/)) {
      image = readQuoted(rest) ?? image;
      take(quoted);
      take(/^ from image service failed: /);
      continue;
    }
    if (/^(Failed to pull image|Back-off pulling image) "/.test(rest)) {
      take(/^(Failed to pull image|Back-off pulling image) /);
      image = readQuoted(rest) ?? image;
      take(quoted);
      const inner = /^: (?=\S)/.exec(rest);
      if (inner === null) return { error: null, ...withImage(image) };
      rest = rest.slice(inner[0].length);
      const named =
        /^(ErrImagePull|RegistryUnavailable|SignatureValidationFailed|ErrImageNeverPull|InvalidImageName|ImageInspectError): /.exec(
          rest,
        );
      if (named !== null) {
        reason = named[1];
        rest = rest.slice(named[0].length);
      }
      continue;
    }
    if (/^(Pulling image|Successfully pulled image|Container image) "/.test(rest)) {
      const found = readQuoted(rest.replace(/^[A-Za-z ]+ /, ""));
      return {
        error: rest.startsWith("Container") && rest.includes("pull policy of Never") ? rest : null,
        ...withImage(found),
      };
    }
    if (/^Failed to (inspect image|apply default image tag) "/.test(rest)) {
      const found = readQuoted(rest.replace(/^Failed to (inspect image|apply default image tag) /, ""));
      return { error: rest, ...withImage(found === "" ? undefined : found) };
    }
    if (
      take(
        /^Error: (?=(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$)/,
      )
    )
      return bareReasons.test(rest) && !["ErrImagePull", "ImagePullBackOff"].includes(rest)
        ? { error: rest, ...withImage(image) }
        : { error: null, ...withImage(image) };
    break;
  }
  if (rest === "ErrImagePull" || rest === "ImagePullBackOff" || rest === "")
    return { error: null, ...withImage(image) };
  return { error: rest, ...withImage(image), ...(reason === undefined ? {} : { reason }) };
}

function withImage(image: string | undefined): { image?: string } {
  return image === undefined ? {} : { image };
}

function readQuoted(text: string): string | undefined {
  const inner = quoted.exec(text)?.[1];
  return inner === undefined ? undefined : inner.replaceAll(/\\(["\\])/g, "$1");
}

/** A Go-quoted rest of a line, as log fields and old kubelets nest it. */
function unquote(text: string): string {
  const found = /^"([^]*)"$/.exec(text.trim());
  if (found?.[1] === undefined) return text;
  return found[1].replaceAll("\\n", "\n").replaceAll(/\\(["\\])/g, "$1");
}

/**
 * The kubelet's aggregate (apimachinery util/errors): distinct errors in the order of the attempts, `[a, b]`. Errors
 * have commas and brackets of their own, so it is split only where the next error begins like one.
 */
export function aggregateParts(error: string): readonly string[] {
  if (!error.startsWith("[") || !error.endsWith("]")) return [error];
  const inner = error.slice(1, -1);
  const first =
    /^(rpc error: code = |failed to pull and unpack|Error response from daemon|unable to pull image|initializing source|[a-z]+ [a-z]+ )/.exec(
      inner,
    )?.[0];
  if (first === undefined) return [inner];
  const parts: string[] = [];
  let start = 0;
  for (let index = inner.indexOf(`, ${first}`); index >= 0; index = inner.indexOf(`, ${first}`, index + 2)) {
    parts.push(inner.slice(start, index));
    start = index + 2;
  }
  parts.push(inner.slice(start));
  return parts.map((part) => part.replace(/^rpc error: code = \w+ desc = /, ""));
}

const configErrors =
  /^(illegal base64 data at input byte \d+|unable to parse auth field, must be formatted as base64\(username:password\)|json: cannot unmarshal [^\n]{0,300}|invalid character '[^\n]{0,12}' [^\n]{0,120}|unexpected end of JSON input)$/;

/** The whole error is what Go says of a payload it cannot decode. */
export function dockerConfigErrorIn(error: string): string | undefined {
  const plain = error.replace(/^Error: /, "").trim();
  const found = configErrors.exec(plain)?.[0];
  // The character may be a byte of a password.
  return found?.replace(/'[^]*?'/, "'…'");
}
