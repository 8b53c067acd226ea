import type { Answer, PullCheck } from "../check/pull-check.ts";
import { wouldPull } from "../rules/probe/would-pull.ts";
import { printable, printableLine } from "../text/printable.ts";
import { hang } from "../text/wrap.ts";
import { probeFields } from "./probe-fields.ts";
import { type NotLookedAt, placeOf } from "./not-looked-at.ts";
import { fixMarks } from "./fix-marks.ts";
import type { Paint, TextStyle } from "./paint.ts";

/** The object of can-pull's -o json. Fields are only ever added. */
export function toPullCheckList(checks: readonly PullCheck[], notLookedAt: readonly NotLookedAt[]): object {
  return {
    apiVersion: "why-pull/v1",
    kind: "PullCheckList",
    items: checks.map(toItem),
    ...(notLookedAt.length === 0 ? {} : { notLookedAt }),
  };
}

function toItem(check: PullCheck): object {
  const { image, usedBy, answer, cause, alternatives, summary, logins, loginEnds, fixes } = check;
  const { admission } = check;
  const [first] = logins ?? [];
  return {
    image,
    usedBy,
    answer,
    cause,
    alternatives,
    summary,
    login:
      first === undefined
        ? null
        : { source: "pull-secret", secret: first.secret, registryKey: first.entry.registryKey },
    ...(loginEnds === undefined ? {} : { loginEnds }),
    platforms: check.pull.probe?.probe.platforms ?? null,
    runs: usedBy.some(({ runs }) => runs),
    ...(admission === undefined
      ? {}
      : {
          admission: {
            state: admission.state,
            ...("words" in admission ? { message: printableLine(admission.words) } : {}),
          },
        }),
    ...probeFields(check.pull, (asked) => wouldPull(asked, check.pull, check.evidence)),
    fix: fixes.map(({ summary: words, command, effect, lasting }) => ({
      summary: words,
      command,
      effect,
      lasting,
    })),
  };
}

const order: Readonly<Record<Answer, number>> = { no: 0, unknown: 1, yes: 2 };

/** What would fail first, then what is not known; a line for each image that is all right. */
export function pullChecksText(
  checks: readonly PullCheck[],
  notLookedAt: readonly NotLookedAt[],
  style: TextStyle,
  paint: Paint,
): string {
  const colored = (answer: Answer, text: string): string =>
    answer === "yes" ? paint.green(text) : answer === "no" ? paint.red(text) : paint.yellow(text);
  const sorted = checks.toSorted((a, b) => order[a.answer] - order[b.answer]);
  const lines = sorted.flatMap((check) => {
    const { answer, image, summary, cause, alternatives, usedBy } = check;
    const id = cause === null ? "" : ` (${[cause, ...alternatives].join(" or ")})`;
    const ends = endWords(check, style.now);
    return [
      `${colored(answer, answer.padEnd(8))}${paint.bold(printableLine(image))}`,
      ...indented(`${summary}${id}${ends}`, style.width),
      ...(answer === "yes" && !style.wide
        ? []
        : indented(userWords(usedBy, style.wide), style.width).map((line) => paint.dim(line))),
      ...(answer === "no" && usedBy.some(({ runs }) => runs)
        ? indented("It runs now, and would not come back.", style.width).map((line) => paint.yellow(line))
        : []),
      ...check.fixes
        .slice(0, style.wide ? undefined : 1)
        .flatMap((fix) => [
          ...hang(`${margin}Fix: `, printableLine(fix.summary + fixMarks(fix, false)), style.width),
          ...(fix.command === undefined
            ? []
            : fix.command.split("\n").map((line) => `${margin}${paint.cyan(printable(line))}`)),
        ]),
    ];
  });
  const passed = notLookedAt.map(placeOf);
  const unseen =
    passed.length === 0
      ? []
      : ["", ...hang("Not looked at: ", printableLine(passed.join(", ")), style.width)];
  const asked = checks.some(({ admission }) => admission !== undefined)
    ? hang(
        "",
        "Admission was asked as you; the controller that makes a workload's Pods is another user.",
        style.width,
      )
    : [];
  return `${[...lines, "", totals(checks), ...asked, ...unseen].join("\n")}\n`;
}

const margin = " ".repeat(8);

function indented(text: string, width: number): readonly string[] {
  return hang(margin, printableLine(text), width);
}

function userWords(users: PullCheck["usedBy"], all: boolean): string {
  const names = [
    ...new Set(users.map(({ kind, namespace, name }) => `${namespace}/${kind.toLowerCase()}/${name}`)),
  ];
  const shown = all ? names : names.slice(0, 4);
  return `for ${shown.join(", ")}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ""}`;
}

function endWords({ loginEnds, answer }: PullCheck, now: number | undefined): string {
  if (loginEnds === undefined || answer === "no" || now === undefined) return "";
  const hours = (Date.parse(loginEnds) - now) / 3_600_000;
  if (hours <= 0) return ` The login should have ended at ${loginEnds}.`;
  return ` The login ends at ${loginEnds}, in ${hours < 2 ? `${Math.round(hours * 60)} minutes` : hours < 48 ? `${Math.floor(hours)} hours` : `${Math.floor(hours / 24)} days`}.`;
}

function totals(checks: readonly PullCheck[]): string {
  const count = (answer: Answer): number => checks.filter((check) => check.answer === answer).length;
  const gone = checks.filter(({ answer }) => answer === "no").flatMap(({ usedBy }) => usedBy);
  const workloads = new Set(
    gone.filter(({ runs }) => runs).map(({ kind, namespace, name }) => `${namespace}/${kind}/${name}`),
  );
  const images = `${checks.length} image${checks.length === 1 ? "" : "s"}: ${count("yes")} yes, ${count("no")} no, ${count("unknown")} unknown.`;
  return workloads.size === 0
    ? images
    : `${images} Runs, and would not come back: ${workloads.size} workload${workloads.size === 1 ? "" : "s"}.`;
}
