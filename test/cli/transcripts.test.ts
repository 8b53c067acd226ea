import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stage, setStage } from "./stage.ts";
import { replay } from "./transcript.ts";

const folder = new URL("./", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".md"));

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

// `vitest run test/cli -u` writes down what the commands say now.
test.each(names)(
  "%s is what the commands say",
  async (name) => {
    const file = fileURLToPath(new URL(name, folder));
    await expect(await replay(readFileSync(file, "utf8"), stage)).toMatchFileSnapshot(file);
    // A program has to be started for each command.
  },
  60_000,
);

test("every transcript has a command", () => {
  for (const name of names)
    expect(readFileSync(new URL(name, folder), "utf8"), name).toMatch(/^\$ kubectl why-pull/m);
});
