import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeLong } from "../../src/cli/pager.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `${Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n")}\n`;
let rounds = 0;

/** Where the text went: to the pager's file or to standard output. */
async function show(
  env: Readonly<Record<string, string>>,
  { stdoutIsTerminal = true, rows = 24 }: { stdoutIsTerminal?: boolean; rows?: number | undefined } = {},
): Promise<{ readonly paged: string | undefined; readonly written: string }> {
  rounds += 1;
  const file = join(folder, String(rounds));
  let written = "";
  const terminal: Terminal = {
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replace("FILE", `'${file}'`)]),
    ),
    write: (more) => void (written += more),
    complain: () => undefined,
    input: async function* () {},
    stdoutIsTerminal,
    stderrIsTerminal: true,
    columns: 80,
    colorLevel: () => 1,
    signal: new AbortController().signal,
    now: () => 0,
  };
  await writeLong(text, terminal, rows);
  return { paged: existsSync(file) ? readFileSync(file, "utf8") : undefined, written };
}

describe.skipIf(process.platform === "win32")("a text longer than the screen", () => {
  test("goes through $PAGER, whose words are the shell's", async () => {
    expect(await show({ PAGER: "cat >FILE" })).toEqual({ paged: text, written: "" });
  });

  test("goes through $KUBECTL_PAGER before $PAGER", async () => {
    expect(await show({ KUBECTL_PAGER: "cat >FILE", PAGER: "false" })).toEqual({ paged: text, written: "" });
  });

  test("tells less to keep colours and to leave short texts on the screen", async () => {
    expect((await show({ PAGER: "echo $LESS >FILE" })).paged).toBe("FRX\n");
  });

  test("leaves $LESS as its owner has it", async () => {
    expect((await show({ PAGER: "echo $LESS >FILE", LESS: "R" })).paged).not.toBe("FRX\n");
  });

  test("may be left before its end", async () => {
    expect(await show({ PAGER: "head -n 1 >FILE" })).toEqual({ paged: "line 0\n", written: "" });
  });

  test("is written where the pager does not exist", async () => {
    expect(await show({ PAGER: "no-such-pager-here 2>/dev/null" })).toEqual({
      paged: undefined,
      written: text,
    });
  });
});

describe("no pager runs", () => {
  test.each([
    ["where PAGER is cat", { PAGER: "cat" }, {}],
    ["where PAGER is empty", { PAGER: "" }, {}],
    ["through a pipe", { PAGER: "cat >FILE" }, { stdoutIsTerminal: false }],
    ["on a terminal that cannot do anything", { PAGER: "cat >FILE", TERM: "dumb" }, {}],
    ["for what fits the screen", { PAGER: "cat >FILE" }, { rows: 31 }],
  ])("%s", async (_, env, screen) => {
    expect(await show(env, screen)).toEqual({ paged: undefined, written: text });
  });
});
