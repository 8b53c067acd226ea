/**
 * How an error of one attempt begins, by runtime and version. The kubelet joins the errors of several attempts as
 * `[a, b]` (apimachinery pkg/util/errors, one for each distinct text), and errors have commas of their own, so a comma
 * separates only where another error begins.
 */
const openings = [
  "rpc error: code = ",
  // kubelet, of several containers
  'failed to "',
  "pull QPS exceeded",
  "illegal base64 data",
  "unable to parse auth field",
  // containerd
  'failed to pull and unpack image "',
  'failed to pull image "',
  "failed to resolve ",
  "failed to unpack image",
  "get image config descriptor: ",
  // docker
  "Error response from daemon: ",
  "API error (",
  "error pulling image configuration: ",
  "net/http: request canceled",
  // containers/image and CRI-O
  "unable to pull image",
  "unable to retrieve auth token",
  "initializing source docker://",
  "Error initializing source",
  "reading manifest ",
  "Error reading manifest ",
  "pinging container registry ",
  "choosing an image ",
  "copying system image ",
  "writing blob: ",
  "RegistryUnavailable: ",
  "SignatureValidationFailed: ",
  "Source image rejected: ",
  "short name mode ",
  'short-name "',
  // any
  "context deadline exceeded",
  "context canceled",
  "connection error: desc = ",
];

/** The errors of an aggregate in the order of the attempts; the text itself, alone, when it is no aggregate. */
export function aggregateParts(error: string): readonly string[] {
  const text = error.trim();
  if (!text.startsWith("[") || !text.endsWith("]")) return [error];
  const inner = text.slice(1, -1);
  const known = openings.some((opening) => inner.startsWith(opening));
  // Brackets that do not pair are a registry's, or the first one closes before the end: `[DEPRECATION NOTICE] … [x]`.
  const commas =
    separators(inner, true) ?? separators(inner, false) ?? (known ? allCommas(inner) : undefined);
  if (commas === undefined) return [error];
  const parts: string[] = [];
  let begin = 0;
  for (const comma of commas) {
    const next = inner.slice(comma + 2, comma + 2 + 64);
    if (!openings.some((opening) => next.startsWith(opening)) && !sameOpening(inner, next)) continue;
    parts.push(inner.slice(begin, comma));
    begin = comma + 2;
  }
  parts.push(inner.slice(begin));
  return parts.length > 1 || known ? parts : [error];
}

function allCommas(text: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(", "); at >= 0; at = text.indexOf(", ", at + 2)) found.push(at);
  return found;
}

/** Errors whose beginning nobody listed: two attempts for one image begin with the same words. */
function sameOpening(inner: string, next: string): boolean {
  const words = /^\S{1,60} \S{1,60} /.exec(inner)?.[0];
  return words !== undefined && words.length >= 8 && next.startsWith(words);
}

/** Where `, ` stands outside brackets and, if they are heeded, quotes; undefined when the brackets do not pair. */
function separators(text: string, heedQuotes: boolean): readonly number[] | undefined {
  const found: number[] = [];
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") index += 1;
    else if (character === '"') quoted = heedQuotes && !quoted;
    else if (quoted) continue;
    else if (character === "[") depth += 1;
    else if (character === "]") depth -= 1;
    else if (character === "," && depth === 0 && text[index + 1] === " ") found.push(index);
    if (depth < 0) return undefined;
  }
  return depth === 0 && !quoted ? found : undefined;
}

/** CRI-O 1.33.4 on tries an image, then an artifact: the first error speaks, the second repeats or excuses itself. */
export function imageError(error: string): string {
  const mark = "pull image err: ";
  const at = error.indexOf(mark);
  if (at < 0) return error;
  const rest = error.slice(at + mark.length);
  const end = rest.indexOf("; artifact err: ");
  return end < 0 ? rest : rest.slice(0, end);
}

/**
 * `(Mirrors also failed: [ref: err] [ref: err]): ref: err` of containers/image (docker_image_src.go): the mirrors in
 * order, then the origin. Without anything behind the bracket the last mirror is all there is.
 */
export function splitMirrors(error: string): {
  readonly origin: string;
  readonly mirrors: readonly string[];
  /** Nothing stands behind the bracket: what is given as the origin's is the last mirror's. */
  readonly withoutOrigin?: true;
} {
  const mark = "(Mirrors also failed:";
  const at = error.indexOf(mark);
  if (at < 0) return { origin: error, mirrors: [] };
  const mirrors: string[] = [];
  let depth = 0;
  let begin = 0;
  let index = at + mark.length;
  for (; index < error.length; index += 1) {
    const character = error[index];
    if (character === "[" && depth++ === 0) begin = index + 1;
    else if (character === "]" && --depth === 0) mirrors.push(error.slice(begin, index));
    else if (character === ")" && depth === 0) break;
  }
  const origin = error
    .slice(index + 1)
    .replace(/^:\s{0,2}/, "")
    .trim();
  return origin === ""
    ? { origin: mirrors.at(-1) ?? error, mirrors: mirrors.slice(0, -1), withoutOrigin: true }
    : { origin, mirrors };
}
