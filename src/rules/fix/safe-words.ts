/**
 * Words of a kubectl command, most of them names that come out of a file or a cluster. A name that begins with a dash would
 * be a flag, and one with a slash another object: no API server admits such names, and none of them is put in a command.
 */

/** A DNS subdomain, as the API server wants most names (apimachinery pkg/util/validation IsDNS1123Subdomain). */
const subdomain = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const label = /^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

export function isAdmitted(name: string): boolean {
  return subdomain.test(name);
}

/** Types that stand in the words with their name behind them. */
const types = new Set(
  "pod secret serviceaccount node event deployment statefulset daemonset replicaset replicationcontroller job cronjob".split(
    " ",
  ),
);
/** Verbs that make what does not exist yet take its name as a word of its own. */
const making = new Set(["create"]);

/** Flags that are printed, and whether their value is the next word. Any other word that begins with a dash is a name. */
const flags: ReadonlyMap<string, boolean> = new Map([
  ...["-o", "-l", "-L", "-p", "-f", "-n", "--type", "--patch-file", "--raw", "--field-selector"].map(
    (flag) => [flag, true] as const,
  ),
  ...["--watch", "--show-managed-fields", "--ignore-not-found", "--force", "--local", "--server-side"].map(
    (flag) => [flag, false] as const,
  ),
]);
const assigned =
  /^--(?:wait|for|from|timeout|docker-server|field-manager|serviceaccount|clusterrole|role|as|replicas|dry-run|to-revision)=/;

/** The words, with objects as TYPE/NAME; undefined where one of them is no name. */
export function safeWords(words: readonly string[]): readonly string[] | undefined {
  const safe: string[] = [];
  const isMaking = making.has(words[0] ?? "");
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const next = words[at + 1];
    const takesValue = flags.get(word);
    if (takesValue === true && next !== undefined) {
      if (!isValue(word, next)) return undefined;
      safe.push(word, next);
      at += 1;
    } else if (types.has(word) && next !== undefined && !isMaking) {
      if (!isAdmitted(next)) return undefined;
      safe.push(`${word}/${next}`);
      at += 1;
    } else if (word === "why-pull" && next?.startsWith("--wait=") === false) {
      if (!isAdmitted(next)) return undefined;
      safe.push(word, `pod/${next}`);
      at += 1;
    } else if (takesValue === false || isAssigned(word) || isWord(word, isMaking)) safe.push(word);
    else return undefined;
  }
  return safe;
}

function isValue(flag: string, value: string): boolean {
  if (flag === "-n") return label.test(value);
  if (flag === "-l") return /^[a-z0-9./-]+=[a-z0-9.-]+$/.test(value);
  if (flag === "--raw")
    return isAdmitted(/^\/api\/v1\/nodes\/([^/]+)\/proxy\/[a-z]+$/.exec(value)?.[1] ?? "");
  return flag !== "--field-selector" || isAdmitted(value.slice(value.indexOf("=") + 1));
}

/** A ServiceAccount is named with its namespace. */
function isAssigned(word: string): boolean {
  if (!assigned.test(word)) return false;
  if (word.startsWith("--as="))
    return word
      .slice("--as=".length)
      .split(":")
      .every((part) => isAdmitted(part));
  if (word.startsWith("--from=")) return word.slice("--from=".length).split("/").every(isAdmitted);
  return (
    !word.startsWith("--serviceaccount=") ||
    word.slice("--serviceaccount=".length).split(":").every(isAdmitted)
  );
}

/** A verb, a type, a name, TYPE/NAME where it exists, or a container with its image. */
function isWord(word: string, isMaking: boolean): boolean {
  const equals = word.indexOf("=");
  if (equals > 0) return label.test(word.slice(0, equals));
  const parts = word.split("/");
  return parts.length <= (isMaking ? 1 : 2) && parts.every(isAdmitted);
}
