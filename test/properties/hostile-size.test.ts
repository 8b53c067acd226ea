import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { type Route, startApiServer } from "../api-server.ts";
import { isConfidentlyWrong, itemsOf, type Program, runProgram, writeKubeconfig } from "../hostile-run.ts";
import { dockerConfig, mismatch, namespace, paths, type Routes } from "../shop.ts";

const name = "web-5d9c8b7f6-x2x2x";
vi.setConfig({ testTimeout: 120_000 });
const most = 512;
const mebibyte = 1024 * 1024;
const json = { "content-type": "application/json" };

const body =
  (bytes: string | Buffer, headers: Readonly<Record<string, string>> = {}): Route =>
  (response) =>
    void response.writeHead(200, { ...json, ...headers }).end(bytes);

/** The program in a process of its own, whose memory is its own. */
async function run(routes: Routes, words: readonly string[] = [name]): Promise<Program> {
  const server = await startApiServer({ routes, certificate: "none" });
  const program = await runProgram([...words, "-o", "json", "--kubeconfig", writeKubeconfig(server.url)]);
  await server.close();
  expect(program.stderr).not.toMatch(/a fault of|heap|^\s+at /m);
  expect(program.mebibytes).toBeGreaterThan(40);
  return program;
}

/** `{"kind":"EventList","items":[…]}` around what may be anything. */
const listOf = (items: string, kind = "EventList"): string =>
  `{"kind":"${kind}","apiVersion":"v1","items":[${items}]}`;

const eventOf = (index: number, message: string): object => ({
  metadata: { name: `event-${index}`, namespace },
  involvedObject: { kind: "Pod", namespace, name },
  reason: "Scheduled",
  message,
  lastTimestamp: "2026-01-01T00:00:00Z",
});

describe("memory stays below 512 MiB", () => {
  test("for bodies without end, bombs, depth and names of a megabyte, all at once", async () => {
    const endless: Route = (response) => {
      response.writeHead(200, json);
      const more = (): void => {
        while (!response.destroyed && response.write(" ".repeat(mebibyte)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => zeros));
    const long = "n".repeat(mebibyte);
    const { code, stdout, mebibytes } = await run({
      ...mismatch(),
      [paths.events]: endless,
      [paths.accounts]: body(bomb, { "content-encoding": "gzip" }),
      [paths.node]: body(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
      [paths.deployment]: body(
        JSON.stringify({ kind: "Deployment", metadata: { name: long, labels: { [long]: long } } }),
      ),
    });
    expect(code).toBe(1);
    expect(isConfidentlyWrong(itemsOf(stdout)[0], ["registry-key-mismatch"])).toBe(false);
    expect(mebibytes).toBeLessThan(most);
  });
  const zeros = gzipSync(Buffer.alloc(16 * mebibyte, " "));

  test("for 100 MB of events, in pages or in one piece", async () => {
    const message = "x".repeat(850);
    const page = Array.from({ length: 500 }, (_, index) => eventOf(index, message));
    let sent = 0;
    const pages: Route = (response, seen) => {
      const at = Number(seen.query["continue"] ?? 0);
      const metadata = at < 199 ? { continue: String(at + 1) } : {};
      const items = page.map((event, index) => ({
        ...event,
        metadata: { name: `e-${at}-${index}`, namespace },
      }));
      const text = JSON.stringify({ kind: "EventList", apiVersion: "v1", metadata, items });
      sent += text.length;
      response.writeHead(200, json).end(text);
    };
    const inPages = await run({ ...mismatch(), [paths.events]: pages });
    const piece = JSON.stringify(page).slice(1, -1);
    const whole = Buffer.from(listOf(Array.from({ length: 200 }, () => piece).join(",")));
    expect(whole.length).toBeGreaterThan(100_000_000);
    const inOne = await run({ ...mismatch(), [paths.events]: body(whole) });
    for (const { code, stdout, mebibytes } of [inPages, inOne]) {
      expect(code).toBe(1);
      expect(isConfidentlyWrong(itemsOf(stdout)[0], ["registry-key-mismatch"])).toBe(false);
      expect(mebibytes).toBeLessThan(most);
    }
    expect(sent).toBeGreaterThan(1_000_000);
  });

  test("for answers that are just not too large, and become many values", async () => {
    const keys = Array.from({ length: 290_000 }, (_, index) => `{"k${index}":0}`).join(",");
    const wide = `{"metadata":{"name":"${"日".repeat(9 * mebibyte)}"}}`;
    const labels = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`label-${index}`, "x"]));
    const entries = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`h${index}.example`, {}]),
    );
    const base = mismatch();
    const secret = base[paths.secret] as object;
    const { code, stdout, mebibytes } = await run({
      ...base,
      [paths.events]: body(listOf(keys)),
      [paths.accounts]: body(listOf(wide, "ServiceAccountList")),
      [paths.node]: { kind: "Node", apiVersion: "v1", metadata: { name: "node-1", labels } },
      [paths.secret]: { ...secret, data: dockerConfig(entries) },
    });
    expect(code).toBe(1);
    expect(isConfidentlyWrong(itemsOf(stdout)[0], ["registry-key-mismatch"])).toBe(false);
    expect(mebibytes).toBeLessThan(most);
  });

  test("for 10,000 Pods, of which ten fail, and for 500 that fail", async () => {
    const base = mismatch();
    const pod = base[paths.pod] as { readonly metadata: object; readonly status: object };
    const running = {
      phase: "Running",
      containerStatuses: [{ name: "app", imageID: "x", state: { running: {} } }],
    };
    const pods = (count: number, failing: number): Routes => ({
      ...base,
      [paths.pods]: {
        kind: "PodList",
        apiVersion: "v1",
        items: Array.from({ length: count }, (_, index) => ({
          ...pod,
          metadata: { ...pod.metadata, name: `web-${index}`, uid: `uid-${index}` },
          status: index < failing ? pod.status : running,
        })),
      },
    });
    for (const [count, failing] of [
      [10_000, 10],
      [500, 500],
    ] as const) {
      const { code, stdout, mebibytes } = await run(pods(count, failing), []);
      expect(code).toBe(1);
      expect(itemsOf(stdout)).toHaveLength(failing);
      expect(mebibytes).toBeLessThan(most);
    }
  });
});
