import type { PullCheck } from "../pull-check.ts";
import { printableLine } from "../text/printable.ts";
import { probeFields } from "./probe-fields.ts";

/** What can-pull says: a line an image, then the count. */
export function toCheckText(checks: readonly PullCheck[], width: number): string {
  const column = Math.min(Math.max(20, ...checks.map(({ image }) => image.length)), Math.max(24, width - 40));
  const lines = checks.map(({ image, answer, summary, pull }) => {
    const platforms = answer === "yes" ? pull.probe?.probe.platforms : undefined;
    const said = platforms === undefined ? summary : `${summary}, ${platforms.slice(0, 4).join(" ")}`;
    return printableLine(`${shortened(image, column).padEnd(column)}  ${answer.padEnd(7)}  ${said}`);
  });
  const of = (answer: string): number => checks.filter((check) => check.answer === answer).length;
  const requests = new Set(
    checks.flatMap(({ pull }) => (pull.probe === undefined ? [] : [pull.probe.probe.host])),
  );
  const count = `${checks.length} image${checks.length === 1 ? "" : "s"}, ${requests.size} registr${requests.size === 1 ? "y" : "ies"} · ${of("yes")} yes, ${of("no")} no, ${of("unknown")} unknown`;
  return `${[...lines, count].join("\n")}\n`;
}

function shortened(image: string, width: number): string {
  return image.length <= width ? image : `${image.slice(0, width - 1)}…`;
}

/** The object of -o json and -o yaml. Fields are only ever added. */
export function toCheckList(checks: readonly PullCheck[]): object {
  return {
    apiVersion: "why-pull/v1",
    kind: "PullCheckList",
    items: checks.map(({ image, usedBy, answer, cause, summary, login, pull }) => ({
      image,
      usedBy,
      answer,
      cause: cause ?? null,
      summary,
      login: login ?? null,
      platforms: pull.probe?.probe.platforms ?? null,
      ...probeFields(pull, () => answer),
      fix: [],
    })),
  };
}
