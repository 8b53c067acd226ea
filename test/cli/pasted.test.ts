import { describe, expect, it } from "vitest";
import { collections, readLabelled } from "../../scripts/check-corpus.ts";
import { readPasted } from "../../src/cli/explain/message-view.ts";

const rows = collections.flatMap(readLabelled);
const messages = rows.map((row) => row.message);
const oneLine = messages.filter((message) => !message.includes("\n"));
/** As the kubelet writes them into an event. */
const events = oneLine.filter((message) =>
  /^(?:Failed (?:to )?(?:pull|inspect|apply|create)|Back-off|Error: |Container image|Unable to|spec\.)/.test(
    message,
  ),
);
/** As a runtime hands them to the kubelet. */
const errors = oneLine.filter((message) =>
  /^(?:failed to (?:pull|resolve|copy|do)|pinging|reading|initializing|unable to|Error response|error p|toomany|unexpected status)/.test(
    message,
  ),
);

const start = (error: string): string =>
  `failed to "StartContainer" for "app" with ErrImagePull: ${JSON.stringify(error)}`;
const folded = (text: string, width: number, indent = ""): string =>
  text.replace(new RegExp(`(.{1,${width}})(?: |$)`, "g"), `$1\n${indent}`);

const dressings: readonly (readonly [string, readonly string[], (text: string) => string])[] = [
  ["a row of kubectl describe", events, (text) => `  Warning  Failed  3m (x4 over 5m)  kubelet  ${text}`],
  ["that row, squeezed by a chat", events, (text) => `Warning Failed 3m (x4 over 5m) kubelet ${text}`],
  ["a row of older kubectls", events, (text) => `  Warning  Failed  9m  kubelet, node1.home  ${text}`],
  ["a row of kubectl get events", events, (text) => `3m21s   Warning   Failed   pod/web-0   ${text}`],
  ["a similar event", events, (text) => `(combined from similar events): ${text}`],
  ["an event's count behind it", events, (text) => `${text} (x12 over 4m)`],
  [
    "a waiting state in JSON",
    events,
    (text) => JSON.stringify({ message: text, reason: "ErrImagePull" }, null, 2),
  ],
  ["a string of JSON", events, (text) => JSON.stringify(text)],
  ["a chat's quote", oneLine, (text) => `> ${text}`],
  ["a fence", oneLine, (text) => `\`\`\`text\n${text}\n\`\`\``],
  ["code in a line", oneLine, (text) => `\`${text}\``],
  ["a cut end", events, (text) => `${text}...`],
  ["Windows line ends", oneLine, (text) => `${text}\r\n`],
  ["lines of 80 columns", oneLine, (text) => folded(text, 80)],
  ["lines of 100 columns, indented", oneLine, (text) => folded(text, 100, "            ")],
  ["gRPC's code", errors, (text) => `rpc error: code = Unknown desc = ${text}`],
  ["the event about it", errors, (text) => `Failed to pull image "r.example/q/w:1": ${text}`],
  [
    "the waiting message",
    errors,
    (text) => `Back-off pulling image "r.example/q/w:1": ErrImagePull: ${text}`,
  ],
  [
    "the kubelet's log",
    errors,
    (text) =>
      `Dec 21 16:38:57 node-7 kubelet[936]: E1221 16:38:57.353228     936 pod_workers.go:1300] "Error syncing pod, skipping" err=${JSON.stringify(start(text))} pod="shop/web-0"`,
  ],
  ["crictl's log", errors, (text) => `time="2026-10-08T10:00:44Z" level=fatal msg=${JSON.stringify(text)}`],
];

describe("a message is read the same in", () => {
  it.each(dressings)("%s", async (_, some, dress) => {
    expect(some.length).toBeGreaterThan(90);
    const changed: string[] = [];
    for (const message of some) {
      const kinds = (await readPasted(dress(message))).map(({ reading }) => reading.kind);
      const before = (await readPasted(message))[0]?.reading.kind;
      if (kinds.length !== 1 || kinds[0] !== before)
        changed.push(`${kinds.join(" and ")}, not ${before}: ${dress(message)}`);
    }
    expect(changed).toEqual([]);
  });
});
