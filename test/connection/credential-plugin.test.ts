import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import {
  type ApiServer,
  connect,
  ConnectionError,
  type Environment,
} from "../../src/gather/cluster/api-server.ts";
import { certificatePath, type FakeApiServer, startApiServer } from "../api-server.ts";

const path = "/api/v1/namespaces/default/pods";
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

interface Scene {
  readonly folder: string;
  readonly server: FakeApiServer;
  readonly connect: (cluster: string, exec: string, more?: Partial<Environment>) => Promise<ApiServer>;
  readonly file: (name: string) => string;
}

/** A server that admits the tokens of the list alone, and a plugin that counts its runs and hands out "token-N". */
async function scene(admitted: readonly string[], status = '{"token":"token-%s"}'): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  opened.push(() => rmSync(folder, { recursive: true }));
  const server = await startApiServer({
    routes: { [path]: { kind: "PodList", apiVersion: "v1", items: [] } },
    admits: (seen) =>
      admitted.some(
        (token) => seen.headers.authorization === `Bearer ${token}` || seen.certificate === token,
      ),
  });
  opened.push(() => server.close());
  const script = `#!/bin/sh
cd "$HOME_OF_RUNS"; echo run >> runs; printf '%s' "$KUBERNETES_EXEC_INFO" > info; env > environment
# exec: nothing is left running when the plugin is ended.
[ -z "$SLEEP" ] || exec sleep "$SLEEP"
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}' "$(wc -l < runs | tr -d ' ')"
`;
  writeFileSync(join(folder, "plugin"), script, { mode: 0o755 });
  return {
    folder,
    server,
    file: (name) => readFileSync(join(folder, name), "utf8"),
    connect: async (cluster, exec, more = {}) => {
      const config = join(folder, "config");
      writeFileSync(
        config,
        `current-context: x
contexts: [{name: x, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: '${server.url}'${cluster}}}]
users: [{name: u, user: {exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, env: [{name: HOME_OF_RUNS, value: '${folder}'}]${exec}}}}]
`,
      );
      const api = await connect(
        { kubeconfig: config },
        {
          env: { PATH: process.env["PATH"] ?? "" },
          cwd: "/",
          home: folder,
          platform: "linux",
          stdinIsTerminal: false,
          version: "0",
          log: () => undefined,
          readFile: (file) => readFileSync(file),
          ...more,
        },
      );
      opened.unshift(() => api.close());
      return api;
    },
  };
}

const trusting = `, certificate-authority: ${certificatePath("ca.crt")}`;

describe.skipIf(process.platform === "win32")("a credential plugin", () => {
  test("runs once for all requests, before the first", async () => {
    const { connect: open, file } = await scene(["token-1"]);
    const api = await open(trusting, "");
    expect(file("runs")).toBe("run\n");
    const answers = await Promise.all([api.get(path), api.get(path), api.get(path)]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(file("runs")).toBe("run\n");
  });

  test("runs once more after a 401, however many requests were refused", async () => {
    const { connect: open, file, server } = await scene(["token-2"]);
    const api = await open(trusting, "");
    const answers = await Promise.all([api.get(path), api.get(path), api.get(path)]);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(file("runs")).toBe("run\nrun\n");
    expect(server.seen.at(-1)?.headers.authorization).toBe("Bearer token-2");
  });

  test("is not run for ever when its logins are refused", async () => {
    const { connect: open, file } = await scene([]);
    const api = await open(trusting, "");
    expect(await api.get(path)).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
    expect(file("runs")).toBe("run\nrun\n");
  });

  test("runs again when its login has expired", async () => {
    const { connect: open, file } = await scene(
      ["token-2"],
      '{"token":"token-%s","expirationTimestamp":"2020-01-01T00:00:00Z"}',
    );
    const api = await open(trusting, "");
    expect(await api.get(path)).toMatchObject({ ok: true });
    expect(file("runs")).toBe("run\nrun\n");
  });

  test("learns about the cluster when it asks, as client-go tells it", async () => {
    const { connect: open, file, server } = await scene(["token-1"]);
    const extension =
      ", tls-server-name: localhost, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]";
    await open(`${trusting}${extension}`, ", provideClusterInfo: true");
    expect(JSON.parse(file("info"))).toEqual({
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      spec: {
        cluster: {
          server: server.url,
          "tls-server-name": "localhost",
          "certificate-authority-data": readFileSync(certificatePath("ca.crt")).toString("base64"),
          config: { audience: "x" },
        },
        interactive: false,
      },
    });
  });

  test("learns nothing about the cluster when it does not ask", async () => {
    const { connect: open, file } = await scene(["token-1"]);
    await open(trusting, "");
    expect(JSON.parse(file("info"))).toMatchObject({ spec: { interactive: false } });
    expect(file("info")).not.toContain("cluster");
  });

  test("gets our variables and its own", async () => {
    const { connect: open, file, folder } = await scene(["token-1"]);
    await open(trusting, "", { env: { PATH: process.env["PATH"] ?? "", OURS: "1" } });
    expect(file("environment")).toContain("OURS=1\n");
    expect(file("environment")).toContain(`HOME_OF_RUNS=${folder}\n`);
  });

  test("that is not installed is named, with its own hint made printable", async () => {
    const { connect: open } = await scene([]);
    const hint = ', command: no-such-plugin, installHint: "get it\\e[31m here\\nsecond line"';
    const error = await open(trusting, hint).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as ConnectionError).message).toBe(
      "Unable to connect to the server: getting credentials: exec: executable no-such-plugin not found",
    );
    expect((error as ConnectionError).hint).toMatch(/\n\nget it here\nsecond line$/);
  });

  test("ends with the run", async () => {
    const { connect: open } = await scene([]);
    const cancel = new AbortController();
    const opening = open(trusting, "", {
      signal: cancel.signal,
      env: { PATH: process.env["PATH"] ?? "", SLEEP: "60" },
    });
    setTimeout(() => cancel.abort(), 50);
    await expect(opening).rejects.toThrow(ConnectionError);
  });

  test("that writes no end of text is stopped, and nothing of it is repeated", async () => {
    const { connect: open } = await scene([]);
    await expect(
      open(trusting, ", command: sh, args: [-c, 'while :; do echo hunter2hunter2hunter2hunter2; done']"),
    ).rejects.toThrow(/wrote more than 1 MiB$/);
    await expect(open(trusting, ", command: sh, args: [-c, 'echo hunter2']")).rejects.toThrow(
      /^(?!.*hunter2)/,
    );
  });
});
