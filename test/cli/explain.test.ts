import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderPage } from "../../src/cli/explain/page-view.ts";
import { readPage } from "../../src/gather/pages.ts";
import { readMessage } from "../../src/pull/message/message.ts";
import { readPasted } from "../../src/cli/explain/message-view.ts";
import { causeIds } from "../../src/rules/causes.ts";
import { runCommand } from "../command.ts";

// oxlint-disable-next-line no-control-regex
const withoutColors = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, "");

describe("a page in the terminal", () => {
  const page = `# Title of it

<!-- generated: header -->
<!-- end -->

## What happened

A line with \`code of two words\` in it, and so long that it has to be broken somewhere
near its end. See [the list](https://example.test/list) or [here](./here.md).

- One item
  that goes on
- Another, **bold**

\`\`\`sh
kubectl get pods --a-line-that-is-wider-than-the-screen --and-is-never-broken -o yaml
# no heading
\`\`\`

| a | b |
|---|---|

## Example

<!-- generated: example -->
<!-- end -->
`;

  test("is broken to the width, without markers, and without a section that holds nothing", () => {
    expect(renderPage(page, { width: 50, colorLevel: 0 })).toBe(`Title of it

What happened

  A line with \`code of two words\` in it, and so
  long that it has to be broken somewhere near its
  end. See the list (https://example.test/list) or
  here.

  - One item that goes on
  - Another, **bold**

    kubectl get pods --a-line-that-is-wider-than-the-screen --and-is-never-broken -o yaml
    # no heading

  | a | b |
  |---|---|
`);
  });

  test("says by colour what it says by marks without", () => {
    const colored = renderPage(page, { width: 50, colorLevel: 1 });
    expect(colored).toContain("\u001b[1mWhat happened\u001b[22m");
    expect(colored).toContain("\u001b[36mcode of two words\u001b[39m");
    expect(colored).toContain("\u001b[1mbold\u001b[22m");
    expect(withoutColors(colored)).not.toContain("`");
  });

  test.each(causeIds)("loses no word of %s", (id) => {
    const source = readPage(id) ?? "";
    const words = (text: string): string[] =>
      text
        .replaceAll(/<!--.*?-->|^```\w*$|^ *#+ |^ *- /gm, " ")
        .replaceAll(/[`*]/g, "")
        .split(/\s+/)
        .filter((word) => word !== "");
    const heading = /\n## \w+\s*$/;
    const shown = withoutColors(renderPage(source, { width: 60, colorLevel: 1 }));
    expect(words(shown)).toEqual(
      words(
        source
          .replaceAll(/<!--.*?-->/g, "")
          .trimEnd()
          .replace(heading, ""),
      ),
    );
    const wide = shown
      .split("\n")
      .filter((line) => line.length > 60 && !line.startsWith("    ") && !line.startsWith("  |"));
    // A line may be longer where one word is, as an address.
    expect(wide.filter((line) => line.trim().split(" ").length > 3)).toEqual([]);
  });
});

test("through a pipe a page is Markdown, without the places that a script fills", async () => {
  const { stdout } = await runCommand(["explain", "connect-refused"]);
  const source = (readPage("connect-refused") ?? "").replaceAll(/<!--.*-->\n/g, "");
  expect(stdout.replaceAll(/\n+/g, "\n")).toBe(source.replaceAll(/\n+/g, "\n"));
  expect(await runCommand(["explain", "connect-refused", "-o", "markdown"])).toMatchObject({ stdout });
});

test("every cause is in the list once, and has a page as data", async () => {
  const list = JSON.parse((await runCommand(["explain", "-o", "json"])).stdout) as {
    items: { id: string }[];
  };
  expect(list.items.map(({ id }) => id)).toEqual(causeIds);
  const text = (await runCommand(["explain"], { columns: 60 })).stdout;
  for (const id of causeIds) expect(text).toMatch(new RegExp(`^  ${id} {2}`, "m"));
  expect(text.split("\n").filter((line) => line.length > 60)).toEqual([]);
  const page = JSON.parse((await runCommand(["explain", "dns-failure", "-o", "json"])).stdout) as object;
  expect(page).toMatchObject({ kind: "Cause", id: "dns-failure", credential: "innocent", stage: "connect" });
});

const refused =
  'failed to pull and unpack image "registry.example/shop/api:1.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
const failed = `Failed to pull image "registry.example/shop/api:1.0": ${refused}`;
const backOff = 'Back-off pulling image "registry.example/shop/api:1.0"';

describe("of a pasted text the messages about images are read", () => {
  test.each([
    [
      "kubectl describe",
      `Events:\n  Type     Reason   Age                From     Message\n  ----     ------   ----               ----     -------\n  Normal   Pulling  70s (x4 over 3m)   kubelet  Pulling image "x"\n  Warning  Failed   70s (x4 over 3m)   kubelet  ${failed}\n  Warning  Failed   70s (x4 over 3m)   kubelet  Error: ErrImagePull\n  Normal   BackOff  12s (x10 over 3m)  kubelet  ${backOff}\n`,
    ],
    [
      "kubectl describe, with its blanks squeezed by a chat",
      `Events:\nNormal BackOff 12s (x10 over 3m) kubelet ${backOff}\nWarning Failed 70s (x4 over 3m) kubelet ${failed}\nWarning Failed 70s kubelet Error: ErrImagePull`,
    ],
    [
      "kubectl get events",
      `LAST SEEN   TYPE      REASON    OBJECT    MESSAGE\n3m          Normal    BackOff   pod/web   ${backOff}\n2m          Warning   Failed    pod/web   ${failed}\n`,
    ],
    [
      "kubectl get events -A",
      `NAMESPACE   LAST SEEN   TYPE      REASON    OBJECT    MESSAGE\nshop        3m          Normal    BackOff   pod/web   ${backOff}\nshop        2m          Warning   Failed    pod/web   ${failed}\n`,
    ],
    [
      "kubectl events",
      `LAST SEEN          TYPE      REASON    OBJECT    MESSAGE\n3m (x4 over 10m)   Normal    BackOff   Pod/web   ${backOff}\n2m (x2 over 10m)   Warning   Failed    Pod/web   ${failed}\n`,
    ],
    [
      "a status in YAML",
      `state:\n  waiting:\n    message: '${backOff}: ErrImagePull:\n      ${refused}'\n    reason: ImagePullBackOff\nother:\n  message: 'containers with unready status: [app]'\n`,
    ],
    [
      "events in JSON",
      JSON.stringify(
        {
          items: [
            { reason: "Failed", message: failed },
            { reason: "BackOff", message: backOff },
          ],
        },
        null,
        2,
      ),
    ],
    [
      "a piece of a status in JSON",
      `"containerStatuses": [{\n    "name": "app",\n    "state": {\n        "waiting": {\n            "message": ${JSON.stringify(failed)},\n            "reason": "ErrImagePull"`,
    ],
  ])("%s", async (_, text) => {
    const readings = await readPasted(text);
    expect(readings.map(({ reading }) => [reading.kind, reading.sent])).toEqual([
      ["auth-required", "anonymous"],
    ]);
    const { stdout } = await runCommand(["explain", "--message", "-", "-o", "json"], { input: text });
    expect(JSON.parse(stdout)).toMatchObject({ kind: "MessageReading", failure: { kind: "auth-required" } });
  });

  test("two different ones make a list", async () => {
    const input = `LAST SEEN   TYPE      REASON   OBJECT    MESSAGE\n3m   Warning   Failed   pod/a   ${failed}\n2m   Warning   Failed   pod/b   Failed to pull image "registry.example/b:1": failed to do request: Head "https://registry.example/v2/b/manifests/1": dial tcp: lookup registry.example: no such host\n`;
    const { stdout } = await runCommand(["explain", "--message", "-", "-o", "json"], { input });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "MessageReadingList",
      items: [{ failure: { kind: "auth-required" } }, { failure: { kind: "dns-failure" }, sent: "nothing" }],
    });
  });

  test("nothing but back-offs stay one back-off", async () => {
    const readings = await readPasted(
      `3m Normal BackOff pod/web ${backOff}\n2m Normal BackOff pod/web ${backOff}\n`,
    );
    expect(readings.map(({ reading }) => reading.kind)).toEqual(["backoff-only"]);
  });

  test("events about other things are none of ours", async () => {
    const text =
      "2m Warning FailedMount pod/web MountVolume.SetUp failed for volume x\n1m Warning BackOff pod/web Back-off restarting failed container\n";
    const readings = await readPasted(text);
    expect(readings.map(({ reading }) => reading.kind)).toEqual(["unknown"]);
  });

  test("what could be a login is not repeated", async () => {
    const secret = `Failed to pull image "a": Get "https://ann:planted-password-7@registry.example/v2/": dial tcp: lookup registry.example: no such host`;
    const input = `1m Warning Failed pod/a ${secret}\n1m Warning Failed pod/b ${failed}\n`;
    for (const format of ["text", "json", "yaml"]) {
      const { stdout } = await runCommand(["explain", "--message", "-", "-o", format], { input });
      expect(stdout).toContain("redacted");
      expect(stdout).not.toContain("planted");
    }
  });
});

test("a message on several lines stays one message", async () => {
  const file = readFileSync(new URL("../fixtures/messages.jsonl", import.meta.url), "utf8");
  const messages = file
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages.length).toBeGreaterThan(100);
  for (const message of messages)
    expect(
      (await readPasted(message)).map(({ reading }) => reading),
      message,
    ).toEqual([readMessage(message.trim())]);
});
