import type { Diagnosis } from "../diagnose.ts";
import { isReplaced } from "../rules/facts/last-attempt.ts";
import type { Fix } from "../rules/rule.ts";
import { leadingOf } from "../verdict.ts";

/**
 * The fixes of pulls that share what is broken, as if they were one's: what they write in common is written once, then
 * each workload gets its own. Each can be pasted as it stands and heals all of them.
 */
export function sharedFixes(diagnoses: readonly Diagnosis[]): readonly Fix[] {
  const alike = new Map<string, [Fix, ...Fix[]]>();
  const lasting = diagnoses.filter((one) => !isReplaced(one));
  for (const { verdict } of lasting.length > 0 ? lasting : diagnoses) {
    const seen = new Map<string, number>();
    for (const fix of leadingOf(verdict)?.finding.fixes ?? []) {
      const shape = `${fix.effect} ${fix.lasting === true} ${fix.command !== undefined} ${words(fix.summary)[0]}`;
      const nth = seen.get(shape) ?? 0;
      seen.set(shape, nth + 1);
      const key = `${shape} ${nth}`;
      const others = alike.get(key);
      if (others === undefined) alike.set(key, [fix]);
      else others.push(fix);
    }
  }
  return [...alike.values()].map(asOne);
}

function asOne([first, ...others]: readonly [Fix, ...Fix[]]): Fix {
  const commands = [first, ...others].flatMap(({ command }) => command ?? []);
  return {
    ...first,
    summary: commonSentence([first, ...others].map(({ summary }) => summary)),
    saysReplaced: [first, ...others].every((fix) => fix.saysReplaced === true),
    ...(commands.length === 0 ? {} : { command: commonCommand(commands) }),
  };
}

/** A line that is one command of its own, and does the same however often it is run. */
const whole = /^(?:kubectl|aws|az|gcloud) [^\n]*$/;

/** Lines in the order of the first that has them, each once; commands of several lines stay together. */
function commonCommand(commands: readonly string[]): string {
  const split = commands.map((command) => command.split("\n"));
  if (!split.flat().every((line) => whole.test(line) && isClosed(line)))
    return [...new Set(commands)].join("\n");
  return joined([...new Set(split.flat())]).join("\n");
}

/** Whether every quoted word ends on this line. */
function isClosed(line: string): boolean {
  return (line.replaceAll("'\\''", "").match(/'/g)?.length ?? 0) % 2 === 0;
}

/** Commands of kubectl that take several names, and how their words stand: the names, then flags. */
const several = /^(kubectl rollout restart|kubectl delete pod) ([^\s'-][^\s']*)( .*)$/;

/** `rollout restart a` and `rollout restart b` are `rollout restart a b`. */
function joined(lines: readonly string[]): readonly string[] {
  const byCommand = new Map<
    string,
    { readonly verb: string; readonly names: string[]; readonly rest: string }
  >();
  for (const line of lines) {
    const [, verb, name, rest] = several.exec(line) ?? [];
    if (verb === undefined || name === undefined || rest === undefined) {
      byCommand.set(line, { verb: line, names: [], rest: "" });
      continue;
    }
    const known = byCommand.get(`${verb}${rest}`);
    if (known === undefined) byCommand.set(`${verb}${rest}`, { verb, names: [name], rest });
    else known.names.push(name);
  }
  return [...byCommand.values()].map(({ verb, names, rest }) => [verb, ...names].join(" ") + rest);
}

/** This many names in a sentence are enough, and so many words of its own. */
const fewNames = 4;
const fewWords = 6;

/** What all sentences begin and end with, and in between what each says of its own. */
function commonSentence(sentences: readonly string[]): string {
  const [first = "", ...others] = [...new Set(sentences)];
  if (others.length === 0) return first;
  const split = [first, ...others].map((sentence) => words(sentence.replace(/\.$/, "")));
  const [model = []] = split;
  const before = commonLength(split);
  const after = commonLength(split.map((one) => one.slice(before).toReversed()));
  const differing = split.map((one) => one.slice(before, one.length - after).join(" "));
  // A comma behind each is one of the sentence's.
  const comma = differing.every((part) => part.endsWith(",")) ? "," : "";
  const own = [...new Set(differing.map((part) => part.slice(0, part.length - comma.length)))];
  if (own.some((part) => words(part).length > fewWords)) return `${first} The same for each of the others.`;
  const parts = [
    model.slice(0, before).join(" "),
    listed(own) + comma,
    model.slice(model.length - after).join(" "),
  ];
  return `${parts.filter((part) => part !== "").join(" ")}.`;
}

/** How many words all begin with. */
function commonLength(lists: readonly (readonly string[])[]): number {
  const shortest = Math.min(...lists.map(({ length }) => length));
  const differs = lists[0]?.findIndex(
    (word, at) => at >= shortest || lists.some((list) => list[at] !== word),
  );
  return differs === undefined || differs < 0 ? shortest : differs;
}

function listed(parts: readonly string[]): string {
  const named = parts.filter((part) => part !== "");
  const shown = named.length > fewNames ? named.slice(0, fewNames - 1) : named;
  const rest = named.length - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.at(-1);
  const begin = rest > 0 ? shown : shown.slice(0, -1);
  return begin.length === 0 ? (last ?? "") : `${begin.join(", ")} and ${last ?? ""}`;
}

function words(text: string): readonly string[] {
  return text.split(" ");
}
