import { kindOfWord } from "../gather/cluster/api-paths.ts";
import { requestTimeout } from "../gather/connection/answer/go-words.ts";
import { UserError } from "../user-error.ts";
import type { DiagnoseFlags } from "./flags.ts";

/** Values that are wrong whatever the cluster says. Throws UserError. */
export function checkValues(flags: DiagnoseFlags): void {
  const { requestTimeout: timeout, v } = flags;
  // The sentence is kubectl's: client-go tools/clientcmd/helpers.go (ParseTimeout).
  if (timeout !== undefined && timeout !== "" && requestTimeout(timeout) === undefined)
    throw new UserError(
      "invalid value for --request-timeout: a whole number of seconds, or a number with its unit (1s, 2m, 3h), is needed",
      undefined,
      2,
    );
  if (v !== undefined && !/^\d+$/.test(v))
    throw new UserError(`invalid value for -v: a whole number is needed, not "${v}"`, undefined, 2);
  const orphan = (["trustRealm", "registryCa", "plainHttp"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (orphan !== undefined && flags.probe !== true)
    throw new UserError(`--${dashed(orphan)} says how to ask a registry`, "Give --probe with it.", 2);
  if (flags.filename?.length === 0)
    throw new UserError(
      "flag needs an argument: --filename",
      "Give a file, a folder or - for standard input.",
      2,
    );
}

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Targets and flags that contradict each other. Throws UserError. */
export function checkTargets(words: readonly string[], flags: DiagnoseFlags): void {
  checkContexts(flags);
  checkFollowing(flags);
  const file = words.find((word) => /\.(ya?ml|json)$/i.test(word));
  if (flags.filename !== undefined && file !== undefined)
    throw new UserError(
      `"${file}" stands where a Pod's name is expected`,
      "-f takes one file: repeat -f for each, or give their folder.",
      2,
    );
  if (words.length === 0 || flags.filename !== undefined) return;
  if (flags.allNamespaces === true)
    throw new UserError("a name cannot be combined with --all-namespaces", "Give -n NAMESPACE instead.", 2);
  if (words.some(isNode)) return;
  if (flags.selector !== undefined || flags.fieldSelector !== undefined)
    throw new UserError(
      "a name cannot be combined with a selector",
      "Give either names, or -l and --field-selector.",
      2,
    );
}

/** Why what goes on cannot be combined with it, and what to do instead. */
const besideFollowing = {
  watch: "--wait ends when every image is there, --watch goes on until Ctrl-C: give one of them.",
  filename: "Files do not change while they are waited for: ask about the cluster, or leave -f without it.",
  saveBundle: "A bundle is the evidence of one moment: ask again with --save-bundle once it is over.",
  contexts: "One cluster is followed at a time: start one for each, with --context NAME.",
  probe: "A login is not to be tried again and again: ask again with --probe once it is over.",
} as const;

/** What goes on is about one cluster, and is no evidence to keep. */
function checkFollowing(flags: DiagnoseFlags): void {
  const { wait, watch } = flags;
  const name = wait !== undefined ? "wait" : watch === true ? "watch" : undefined;
  if (name === undefined) return;
  if (wait !== undefined && (wait === "" || requestTimeout(wait) === undefined))
    throw new UserError(`invalid value for --wait: "${wait}" is no duration`, "Such as 90s, 5m or 1h30m.", 2);
  const others = ["watch", "filename", "saveBundle", "contexts", "probe"] as const;
  const other = others.find((one) => one !== name && flags[one] !== undefined);
  if (other !== undefined)
    throw new UserError(`--${name} cannot be combined with --${dashed(other)}`, besideFollowing[other], 2);
}

/** One cluster's address or one cluster's evidence cannot be that of several. */
function checkContexts(flags: DiagnoseFlags): void {
  if (flags.contexts === undefined) return;
  if (flags.contexts.length === 0)
    throw new UserError("flag needs an argument: --contexts", "Give names, or all.", 2);
  const { context, cluster, server, filename, saveBundle } = flags;
  const others = { context, cluster, server, filename, "save-bundle": saveBundle };
  const [name] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined)
    throw new UserError(
      `--contexts cannot be combined with --${name}`,
      "--contexts asks several clusters, each by its own context.",
      2,
    );
}

function isNode(word: string): boolean {
  return kindOfWord(word.split("/")[0] ?? "") === "Node";
}

/**
 * kubectl's two-word form, `deployment web` or `pods web api`, as TYPE/NAME. A first word that is no type is a Pod's
 * name, and so are the others then. Throws UserError where both forms are mixed, as kubectl does.
 */
export function readTargets(words: readonly string[]): readonly string[] {
  const [type = "", ...names] = words;
  if (names.length === 0 || type.includes("/") || kindOfWord(type) === undefined) return words;
  const mixed = names.find((name) => name.includes("/"));
  if (mixed !== undefined)
    throw new UserError(
      `"${type}" is a type, and "${mixed}" has one already`,
      `Give TYPE NAME..., or TYPE/NAME for each; a Pod called ${type} is pod/${type}.`,
      2,
    );
  return names.map((name) => `${type}/${name}`);
}
