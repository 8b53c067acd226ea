import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { runCommand } from "../command.ts";
import { type Random, seeded } from "../random.ts";

const folder = new URL("../cases/", import.meta.url);
const samples: readonly string[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("evidence.yaml"))
  .map((name) => readFileSync(new URL(name.replaceAll("\\", "/"), folder), "utf8"));

/** What may stand where something else belongs: every type, empty and not, and what breaks naive code. */
const strangers: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  "",
  "x",
  " ",
  "\u0000",
  "../..",
  "__proto__",
  "constructor",
  "2026-99-99T00:00:00Z",
  "x".repeat(5000),
  "\ud800",
  "\u202eevil",
  "a/b/c@d:e",
  "%",
  [],
  [null],
  [[]],
  ["x"],
  [{}],
  {},
  { x: null },
  { name: 7 },
  { kind: "Pod" },
];

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function places(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    const holder = value as Record<string, unknown>;
    found.push({ holder, key });
    places(holder[key], found);
  }
  return found;
}

/** Takes fields away, puts others in their place, repeats and swaps them. */
function damage(documents: readonly unknown[], random: Random): readonly unknown[] {
  const copy = structuredClone(documents) as unknown[];
  for (let times = 1 + random.below(5); times > 0; times -= 1) {
    const all = places(copy);
    const { holder, key } = random.pick(all);
    const other = random.pick(all);
    const target = holder as Record<string, unknown>;
    switch (random.below(4)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case 1:
        target[key] = structuredClone(random.pick(strangers));
        break;
      case 2:
        target[key] = structuredClone((other.holder as Record<string, unknown>)[other.key]);
        break;
      default:
        if (Array.isArray(holder)) holder.push(structuredClone(target[key]));
        else target[random.pick(["name", "kind", "metadata", "status", "items", "message"])] = target[key];
    }
  }
  return copy;
}

const formats = ["text", "wide", "json", "yaml", "markdown", "name"];

test("objects with fields missing or of the wrong type end in an answer or in one sentence", async () => {
  const parsed = samples.map((sample) =>
    parseAllDocuments(sample).map((document) => document.toJS() as unknown),
  );
  const random = seeded(20_261_125);
  const codes = new Map<number, number>();
  for (let round = 0; round < 2000; round += 1) {
    const input = damage(random.pick(parsed), random)
      .map((one) => JSON.stringify(one))
      .join("\n");
    const words = ["-f", "-", "-o", random.pick(formats)];
    const { code, stdout, stderr } = await runCommand(words, { input, env: { WHY_PULL_DEBUG: "1" } });
    codes.set(code, (codes.get(code) ?? 0) + 1);
    const scene = `round ${round}: ${stderr}\n${input.slice(0, 3000)}`;
    expect([0, 1, 3], scene).toContain(code);
    // An error is one sentence and one that helps; a report comes alone.
    expect(stderr.split("\n").length, scene).toBeLessThanOrEqual(code === 3 ? 3 : 1);
    expect(stdout === "", scene).toBe(code === 3 || (words[3] === "name" && code === 0));
    if (words[3] === "json" && code !== 3) expect(() => JSON.parse(stdout) as unknown, scene).not.toThrow();
  }
  // Most damage is survived; a test in which every round ends early would prove nothing.
  expect(codes.get(1)).toBeGreaterThan(1000);
}, 60_000);
