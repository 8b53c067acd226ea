import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collections, readLabelled } from "../scripts/check-corpus.ts";
import { failureKinds, rankOf } from "../src/pull/message/kinds.ts";
import { aggregateParts, readMessage, unwrapKubelet } from "../src/pull/message/message.ts";

/** The short error of one attempt for every kind that an aggregate of attempts can hold. */
const errors = new Map<string, string>();
for (const { cause, message } of collections.flatMap(readLabelled)) {
  // A sandbox's image is the runtime's own affair, whatever else there is.
  if (cause === "sandbox-image-failed") continue;
  const { error } = unwrapKubelet(message);
  if (error === null || error.length > 400 || /[[\]\n]/.test(error)) continue;
  if (aggregateParts(error).length > 1 || readMessage(error).kind !== cause) continue;
  if (error.length < (errors.get(cause)?.length ?? Infinity)) errors.set(cause, error);
}
const shortName =
  'short-name "web:1" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"';

describe("several attempts", () => {
  it("are known of nearly every kind", () => {
    const without = failureKinds.filter((kind) => !errors.has(kind));
    expect(without).toEqual(["image-not-authorized", "sandbox-image-failed"]);
  });

  it.each([...errors])("beside one whose short name did not resolve: %s", (kind, error) => {
    const further = rankOf(kind as (typeof failureKinds)[number]) > rankOf("short-name-unresolved");
    for (const parts of [
      [shortName, `rpc error: code = Unknown desc = ${error}`],
      [`rpc error: code = Unknown desc = ${error}`, shortName],
    ]) {
      const reading = readMessage(`Failed to pull image "web:1": [${parts.join(", ")}]`);
      const expected = further || kind === "short-name-unresolved" ? kind : "short-name-unresolved";
      expect([reading.kind, reading.attempts]).toEqual([expected, 2]);
    }
  });

  it("is the short name where the other's words are new", () => {
    const reading = readMessage(`[${shortName}, rpc error: code = Unknown desc = some thing of tomorrow]`);
    expect(reading).toMatchObject({ kind: "short-name-unresolved", attempts: 2 });
  });
});

describe("facts of a kind", () => {
  it("stand in one table", () => {
    // A list of kinds by a property is one that the compiler cannot see to be whole.
    const names = failureKinds.filter((kind) => kind.includes("-")).join("|");
    const list = new RegExp(`(?:"(?:${names})"(?:,\\s*|: "[^"]*",\\s*)){5}`);
    expect(list.test(`["${failureKinds.filter((kind) => kind.includes("-")).join('", "')}"]`)).toBe(true);
    const files = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join("src", name))
      // What the gate admits as a word of failure; evidence may not know pull.
      .filter((path) => path !== join("src", "evidence", "registry-probe.ts"))
      .filter((path) => list.test(readFileSync(path, "utf8")));
    expect(files).toEqual([]);
  });
});
