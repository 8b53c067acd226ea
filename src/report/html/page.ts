import type { Diagnosis } from "../../diagnose.ts";
import type { Fix } from "../../rules/rule.ts";
import { printable, printableLine } from "../../text/printable.ts";
import type { Unknown } from "../../unknowns.ts";
import { type Citations, citations } from "../citations.ts";
import { fixMarks } from "../fix-marks.ts";
import { groupDiagnoses, type Group } from "../groups.ts";
import { statement, sureness as surenessOf } from "../overview.ts";
import { pathLines, sentWords } from "../path-lines.ts";
import { probeLines } from "../probe-lines.ts";
import { sharedFixes } from "../shared-fixes.ts";
import { summaryOf } from "../summary.ts";
import { howSure } from "../sureness.ts";
import { wayOf } from "../way.ts";
import { drawing } from "./drawing.ts";
import { type Content, element, type Markup } from "./element.ts";
import { script, scriptDigest } from "./script.ts";
import { style } from "./style.ts";
import { leadingOf } from "../../verdict.ts";

/** The whole report as one file, for a ticket or a post-mortem. It loads nothing, and runs nothing but its copy buttons. */
export function toHtml(diagnoses: readonly Diagnosis[]): string {
  const groups = groupDiagnoses(diagnoses);
  const title =
    groups.length === 0
      ? diagnoses.some(({ verdict }) => verdict.state === "waiting")
        ? "No pull has failed, and images are awaited"
        : "No failing pull"
      : groups.length === 1
        ? "A failing image pull"
        : `${groups.length} failing image pulls`;
  const head = element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("meta", { name: "viewport", content: "width=device-width,initial-scale=1" }),
    element("meta", {
      "http-equiv": "Content-Security-Policy",
      content: `default-src 'none'; style-src 'unsafe-inline'; script-src '${scriptDigest}'; base-uri 'none'; form-action 'none'`,
    }),
    element("title", {}, `kubectl why-pull: ${title}`),
    element("style", {}, own(style)),
  );
  const body = element(
    "body",
    {},
    element("h1", {}, title),
    ...(groups.length > 1 ? [overview(groups)] : []),
    ...groups.map(article),
    element("script", {}, own(script)),
  );
  return `<!doctype html>\n${element("html", { lang: "en" }, head, body).markup}\n`;
}

/** Text of this program's own, which stands in the page as it is. */
function own(text: string): Markup {
  return { markup: text };
}

function overview(groups: readonly Group[]): Markup {
  const rows = groups.map((group, index) => {
    return element(
      "tr",
      {},
      element("td", {}, element("a", { href: `#a${index + 1}` }, line(statement(group)))),
      element("td", {}, surenessOf(group)),
      element("td", {}, who(group)),
    );
  });
  const titles = ["what is broken", "how sure", "who"].map((text) => element("th", { scope: "col" }, text));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...titles)),
    element("tbody", {}, ...rows),
  );
}

function article(group: Group, index: number): Markup {
  const [diagnosis] = group.diagnoses;
  const { pull, verdict, unknowns } = diagnosis;
  const cited = citations();
  const fixes = sharedFixes(group.diagnoses);
  return element(
    "article",
    { id: `a${index + 1}` },
    element("h2", {}, who(group)),
    element("p", { class: "mono" }, line(pull.image.image)),
    element("p", { class: "cause" }, line(summaryOf(diagnosis))),
    element("p", { class: "dim" }, sureness(diagnosis)),
    ...(verdict.state === "ambiguous"
      ? [
          element("p", {}, `The same evidence allows: ${verdict.alternatives.join(", ")}.`),
          element("p", {}, line(`Decides: ${verdict.leading.finding.confirm}`)),
        ]
      : []),
    drawing(wayOf(diagnosis)),
    ...heading(
      "Fix",
      fixes.flatMap((fix) => fixMarkup(fix, fixes.length > 1)),
    ),
    ...heading("Probe", probeMarkup(diagnosis)),
    ...heading("Node", trialMarkup(diagnosis)),
    element("details", {}, element("summary", {}, "Path"), pathMarkup(diagnosis, cited)),
    element("details", {}, element("summary", {}, "Evidence"), ...evidenceMarkup(diagnosis, cited)),
    ...heading("Unknown", unknowns.map(unknownMarkup)),
    element("details", {}, element("summary", {}, "References"), references(cited)),
  );
}

function heading(title: string, content: readonly Content[]): readonly Content[] {
  return content.length === 0 ? [] : [element("h3", {}, title), ...content];
}

function sureness({ verdict }: Diagnosis): string {
  if (!("leading" in verdict)) return verdict.state;
  return `${howSure(verdict)} · ${verdict.leading.id}`;
}

function who({ diagnoses, workloads }: Group): string {
  const containers = [...new Set(diagnoses.map(({ pull }) => pull.image.container))];
  return line(`${workloads.join(", ")} · ${containers.join(", ")}`);
}

function fixMarkup(fix: Fix, amongOthers: boolean): readonly Content[] {
  const summary = element("p", {}, line(fix.summary + fixMarks(fix, amongOthers)));
  return fix.command === undefined ? [summary] : [summary, commandMarkup(fix.command)];
}

function commandMarkup(command: string): Markup {
  return element(
    "div",
    { class: "command" },
    element("pre", {}, printable(command)),
    element("button", { type: "button" }, "Copy"),
  );
}

/** Columns, so that what was answered stands below each other. */
const probeWidth = 100;

function probeMarkup(diagnosis: Diagnosis): readonly Markup[] {
  const lines = probeLines(diagnosis, probeWidth);
  return lines.length === 0 ? [] : [element("pre", { class: "message" }, printable(lines.join("\n")))];
}

function trialMarkup({ trial }: Diagnosis): readonly Markup[] {
  if (trial === undefined) return [];
  return [
    element("p", {}, line(trial.summary)),
    commandMarkup(trial.create),
    element("p", {}, "Then ask about it, and remove it:"),
    commandMarkup(trial.explain),
    commandMarkup(trial.remove),
  ];
}

function pathMarkup(diagnosis: Diagnosis, cited: Citations): Markup {
  const items = pathLines(diagnosis, true).map(({ text, refs }) =>
    element("li", {}, line(text), " ", numbers(cited.cite(refs))),
  );
  return element("ol", {}, ...items, element("li", {}, sentWords(diagnosis)));
}

function evidenceMarkup({ verdict, pull }: Diagnosis, cited: Citations): readonly Markup[] {
  const leading = leadingOf(verdict)?.finding;
  const claims = (leading?.because ?? []).map((claim) =>
    element("li", {}, line(claim.text), " ", numbers(cited.cite(claim.cites))),
  );
  const assumed = leading?.confidence === "possible" ? leading.assuming : [];
  const assumptions = assumed.map((claim) =>
    element("li", {}, line(`Not certain: ${claim.text}`), " ", numbers(cited.cite(claim.cites))),
  );
  const { failure } = pull.attempt;
  const message =
    failure === undefined
      ? []
      : [
          element("p", { class: "dim" }, "Message ", numbers(cited.cite([failure.ref]))),
          element("pre", { class: "message" }, printable(failure.message)),
        ];
  return [element("ul", {}, ...claims, ...assumptions), ...message];
}

function unknownMarkup({ text, before, command }: Unknown): Markup {
  return element(
    "div",
    {},
    element("p", {}, line(before === undefined ? text : `${text} ${before}`)),
    ...(command === undefined ? [] : [commandMarkup(command)]),
  );
}

function references(cited: Citations): Markup {
  return element("ol", {}, ...cited.all().map((ref) => element("li", { class: "mono" }, line(ref))));
}

function numbers(text: string): Markup {
  return element("span", { class: "dim" }, text);
}

function line(text: string): string {
  return printableLine(text);
}
