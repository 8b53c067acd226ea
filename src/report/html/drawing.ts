import { printableLine } from "../../text/printable.ts";
import { wrap } from "../../text/wrap.ts";
import type { Stop } from "../way.ts";
import { type Content, element, type Markup } from "./element.ts";

/** Units of the drawing; it scales with the page. */
const width = 400;
const step = 66;
const left = 22;
const letters = 46;

const words: Readonly<Record<Stop["state"], string>> = {
  passed: "",
  broken: "it broke here",
  doubtful: "it may have broken here",
  after: "",
  unseen: "not seen",
  idle: "no part",
};

/** The way from the ServiceAccount to the registry as an SVG, from top to bottom. Marks differ in shape, not in colour alone. */
export function drawing(stops: readonly Stop[]): Markup {
  const height = stops.length * step;
  const said = stops.map(({ name, detail, state }) =>
    [`${name}: ${detail}`, words[state]].filter((part) => part !== "").join(", "),
  );
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      class: "way",
      role: "img",
      "aria-label": printableLine(`The way of the login. ${said.join(". ")}.`),
    },
    ...stops.flatMap((stop, index) => stopMarks(stop, stops[index + 1], index * step + 20)),
  );
}

function stopMarks(stop: Stop, next: Stop | undefined, y: number): readonly Markup[] {
  const { name, detail, state } = stop;
  const [first = "", second, third] = wrap(printableLine(detail), letters);
  const rows = [first, third === undefined ? (second ?? "") : `${second} …`].filter((row) => row !== "");
  const line =
    next === undefined
      ? []
      : [
          element("line", {
            x1: `${left}`,
            x2: `${left}`,
            y1: `${y + 11}`,
            y2: `${y + step - 11}`,
            class: isOff(next.state) || isOff(state) || isEnd(state) ? "thread off" : "thread",
          }),
        ];
  const mark =
    words[state] === "" ? [] : [element("tspan", { class: `mark ${state}`, dx: "10" }, words[state])];
  return [
    ...line,
    symbol(state, y),
    element(
      "text",
      { x: `${left + 24}`, y: `${y + 1}`, class: "name" },
      shortened(printableLine(name)),
      ...mark,
    ),
    ...rows.map((row, at) =>
      element(
        "text",
        { x: `${left + 24}`, y: `${y + 19 + at * 17}`, class: "detail" },
        element("title", {}, printableLine(detail)),
        row,
      ),
    ),
  ];
}

function isOff(state: Stop["state"]): boolean {
  return state === "idle" || state === "after";
}

function isEnd(state: Stop["state"]): boolean {
  return state === "broken" || state === "doubtful";
}

function shortened(name: string): string {
  const all = [...name];
  return all.length <= 34 ? name : `${all.slice(0, 33).join("")}…`;
}

function symbol(state: Stop["state"], y: number): Markup {
  const at: Content[] = [element("circle", { cx: `${left}`, cy: `${y}`, r: "9" })];
  if (state === "passed") at.push(element("path", { d: `M${left - 4} ${y}l3 3.5 5.5-7` }));
  if (isEnd(state)) at.push(element("path", { d: `M${left - 4} ${y - 4}l8 8m0-8l-8 8` }));
  if (state === "unseen")
    at.push(element("text", { x: `${left}`, y: `${y + 4}`, "text-anchor": "middle", class: "query" }, "?"));
  return element("g", { class: `stop ${state}` }, ...at);
}
