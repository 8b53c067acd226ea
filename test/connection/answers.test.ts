import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";

import {
  type ApiServer,
  type Answer,
  connect,
  type ConnectionOptions,
  type Environment,
} from "../../src/gather/cluster/api-server.ts";
import {
  type ApiServerOptions,
  certificatePath,
  type FakeApiServer,
  readCertificate,
  type Route,
  startApiServer,
  status,
} from "../api-server.ts";

const path = "/api/v1/namespaces/default/pods/web";
const pod = { kind: "Pod", apiVersion: "v1", metadata: { name: "web" } };
const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(options: ApiServerOptions): Promise<FakeApiServer> {
  const server = await startApiServer(options);
  opened.push(server);
  return server;
}

interface Talk {
  readonly api: ApiServer;
  readonly lines: string[];
}

async function talk(
  server: { readonly url: string },
  options: ConnectionOptions = {},
  more: Partial<Environment> = {},
): Promise<Talk> {
  const lines: string[] = [];
  const api = await connect(
    { server: server.url, certificateAuthority: certificatePath("ca.crt"), token: "sesame", ...options },
    {
      env: {},
      cwd: "/",
      home: "/nonexistent",
      platform: "linux",
      stdinIsTerminal: false,
      version: "1.2.3",
      log: (line) => lines.push(line),
      readFile: (file) => readFileSync(file),
      ...more,
    },
  );
  opened.unshift(api);
  return { api, lines };
}

async function answerTo(route: Route, options: ConnectionOptions = {}, onlyHttp1 = false): Promise<Answer> {
  const { api } = await talk(await serve({ routes: { [path]: route }, onlyHttp1 }), options);
  return api.get(path);
}

/** API servers speak HTTP/2; what stands before them may not. */
const versions = [
  ["HTTP/2", false],
  ["HTTP/1.1", true],
] as const;

/** Sends raw bytes in the place of a JSON body. */
const body =
  (
    bytes: string | Buffer,
    headers: Record<string, string> = { "content-type": "application/json" },
    code = 200,
  ): Route =>
  (response) => {
    response.writeHead(code, headers);
    response.end(bytes);
  };
const html = { "content-type": "text/html" };
const json = { "content-type": "application/json" };

describe("an answer is", () => {
  const rows: readonly [string, Route, string, string][] = [
    [
      "not-found by the server's own word alone",
      status(404, "NotFound", 'pods "web" not found', { details: { name: "web", kind: "pods" } }),
      "not-found",
      'pods "web" not found',
    ],
    [
      "not-served where the resource is unknown",
      status(404, "NotFound", "the server could not find the requested resource", { details: {} }),
      "not-served",
      "the server could not find the requested resource",
    ],
    [
      "not-served where the API group is unknown",
      body("404 page not found\n", { "content-type": "text/plain" }, 404),
      "not-served",
      "404 page not found",
    ],
    [
      "not taken for absent when a proxy says 404",
      body("<html>no such page</html>", html, 404),
      "wrong-content-type",
      "404 without a Status: something other than an API server answered",
    ],
    ["not taken for absent when a 404 has another reason", status(404, "Gone", "moved"), "rejected", "moved"],
    [
      "forbidden",
      status(403, "Forbidden", 'pods "web" is forbidden: User "x" cannot get'),
      "forbidden",
      'pods "web" is forbidden: User "x" cannot get',
    ],
    [
      "forbidden without a Status, its page not repeated",
      body("<html>secret</html>", html, 403),
      "forbidden",
      "access was refused without a Status: by something in between, or before the request was authorized",
    ],
    ["unauthorized", status(401, "Unauthorized", "Unauthorized"), "unauthorized", "Unauthorized"],
    [
      "unauthorized without a Status",
      body("<html>log in</html>", html, 401),
      "unauthorized",
      "the server has asked for the client to provide credentials",
    ],
    ["a conflict", status(409, "Conflict", "busy"), "conflict", "busy"],
    ["gone", status(410, "Expired", "too old"), "gone", "too old"],
    [
      "too many requests",
      body("Too many requests, please try again later.\n", { "content-type": "text/plain" }, 429),
      "too-many",
      "Too many requests, please try again later.",
    ],
    [
      "a server error",
      status(500, "InternalError", "Internal error occurred: x"),
      "server-error",
      "Internal error occurred: x",
    ],
    [
      "a server error without a Status",
      body("<html>down</html>", html, 503),
      "server-error",
      "the server is currently unable to handle the request",
    ],
    [
      "rejected when the question was wrong",
      status(400, "BadRequest", "unable to parse requirement"),
      "rejected",
      "unable to parse requirement",
    ],
    [
      "rejected when the server wanted HTTPS",
      body("Client sent an HTTP request to an HTTPS server.\n", { "content-type": "text/plain" }, 400),
      "rejected",
      "Client sent an HTTP request to an HTTPS server.",
    ],
    [
      "a failure even with 200 when it is a Status that failed",
      body(JSON.stringify(status(403, "Forbidden", "no")), json),
      "forbidden",
      "no",
    ],
    [
      "of the wrong type when a login page comes with 200",
      body("<html>log in</html>", html),
      "wrong-content-type",
      "serializer for text/html doesn't exist",
    ],
    [
      "of the wrong type in an encoding nobody asked for",
      body("{}", { ...json, "content-encoding": "br" }),
      "wrong-content-type",
      "serializer for br doesn't exist",
    ],
    ["invalid JSON when it stops early", body('{"kind":'), "invalid-json", "unexpected end of JSON input"],
    ["invalid JSON when it is empty", body(""), "invalid-json", "unexpected end of JSON input"],
    [
      "invalid JSON, of which nothing is repeated",
      body('{"password": hunter2}'),
      "invalid-json",
      "invalid character in JSON",
    ],
    ["invalid JSON when it is a list", body("[]"), "invalid-json", "the JSON is no object"],
    [
      "invalid JSON when it nests without end",
      body(`${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`),
      "invalid-json",
      "the JSON nests too deep",
    ],
    [
      "cut when less comes than announced",
      (response, _seen, socket) => {
        response.writeHead(200, { ...json, "content-length": "500" });
        response.write('{"kind":', () => socket.destroy());
      },
      "cut-body",
      "unexpected error when reading response body: unexpected EOF",
    ],
    [
      "cut when a chunked body just ends",
      (response, _seen, socket) => {
        response.writeHead(200, json);
        response.write('{"kind":', () => socket.destroy());
      },
      "cut-body",
      "unexpected error when reading response body: unexpected EOF",
    ],
    [
      "cut when a compressed body stops early",
      body(gzipSync('{"kind":"Pod"}').subarray(0, 20), { ...json, "content-encoding": "gzip" }),
      "cut-body",
      "unexpected error when reading response body: gzip: invalid data",
    ],
    [
      "cut when it is not compressed as it says",
      body('{"kind":"Pod"}', { ...json, "content-encoding": "gzip" }),
      "cut-body",
      "unexpected error when reading response body: gzip: invalid data",
    ],
  ];
  describe.each(versions)("over %s", (_version, onlyHttp1) => {
    // A server that runs on Bun destroys its socket before HTTP/2's frames are sent.
    const cannotBePlayed = (title: string): boolean =>
      process.versions["bun"] !== undefined &&
      !onlyHttp1 &&
      (title === "cut when less comes than announced" || title === "cut when a chunked body just ends");
    test.each(rows.filter(([title]) => !cannotBePlayed(title)))(
      "%s",
      async (_title, route, kind, message) => {
        expect(await answerTo(route, {}, onlyHttp1)).toMatchObject({ ok: false, failure: { kind, message } });
      },
    );
  });

  const rawRows: readonly [string, Route, string, string][] = [
    [
      "cut when it turns to another protocol",
      (_response, _seen, socket) =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      "cut-body",
      "the server switched to another protocol",
    ],
    [
      "cut when it is no HTTP",
      (_response, _seen, socket) => socket.end("hello\r\n\r\n"),
      "cut-body",
      "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
    ],
  ];
  test.each(rawRows)("over HTTP/1.1 %s", async (_title, route, kind, message) => {
    expect(await answerTo(route, {}, true)).toMatchObject({ ok: false, failure: { kind, message } });
  });

  test("read whatever bytes are in it: what is no UTF-8 becomes U+FFFD", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"kind":"Event","message":"'),
      Buffer.from([0xff, 0x41]),
      Buffer.from('"}'),
    ]);
    expect(await answerTo(body(bytes))).toEqual({ ok: true, body: { kind: "Event", message: "\uFFFDA" } });
  });

  test("read when it is longer than announced, up to where it was announced", async () => {
    const route: Route = (_response, _seen, socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"kind":"Pod"}extra',
      );
    expect(await answerTo(route, {}, true)).toEqual({ ok: true, body: { kind: "Pod" } });
  });

  test("given up when it never ends, on the wire or after decompression", async () => {
    const endless: Route = (response) => {
      response.writeHead(200, json);
      const more = (): void => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    const bomb = body(gzipSync(Buffer.alloc(4_000_000, 0x20)), { ...json, "content-encoding": "gzip" });
    const limit = { bodyLimit: 1_000_000 };
    expect(await answerTo(endless, limit)).toMatchObject({ failure: { kind: "too-large", status: 200 } });
    expect(await answerTo(bomb, limit)).toMatchObject({ failure: { kind: "too-large", status: 200 } });
  });

  test("shown as one printable text of at most 2 KB", async () => {
    const nasty = `\u001B[31mred\u001B]0;title\u0007 \u202Eright to left\nnext\u0000${"x".repeat(5000)}`;
    const answer = await answerTo(status(403, "Forbidden", nasty));
    const message = answer.ok ? "" : answer.failure.message;
    expect(message.startsWith("red right to left nextxxx")).toBe(true);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2048);
  });
});

describe("a handshake fails in Go's words", () => {
  const requiring = { requestCert: true, rejectUnauthorized: true } as const;
  test.each([
    ["when the server wants a certificate", requiring, "remote error: tls: certificate required"],
    [
      "when it wants one, before TLS 1.3",
      { ...requiring, maxVersion: "TLSv1.2" },
      "remote error: tls: handshake failure",
    ],
    [
      "when it is too old",
      { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" },
      "remote error: tls: protocol version not supported",
    ],
  ] as const)("%s", async (title, options, message) => {
    // Bun's TLS has no server of before 1.2.
    if (title === "when it is too old" && process.versions["bun"] !== undefined) return;
    const [cert, key, ca] = ["server.crt", "server.key", "ca.crt"].map(readCertificate);
    const server = createServer({ cert, key, ca, ...options } as TlsOptions);
    server.on("tlsClientError", () => undefined);
    opened.push({ close: () => server.close() });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { api } = await talk({ url: `https://127.0.0.1:${port}` });
    expect(await api.get(path)).toMatchObject({ failure: { kind: "tls", message } });
  });
});

describe("a request", () => {
  test("shares one connection with those before it", async () => {
    const server = await serve({ routes: { [path]: pod } });
    const { api } = await talk(server);
    for (let count = 0; count < 4; count += 1) expect(await api.get(path)).toEqual({ ok: true, body: pod });
    expect(server.connections()).toBe(1);
  });

  test("may run beside others", async () => {
    const server = await serve({ routes: { [path]: pod } });
    const { api } = await talk(server);
    const answers = await Promise.all(Array.from({ length: 40 }, () => api.get(path)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(server.connections()).toBeLessThanOrEqual(10);
  });

  test("takes compressed answers, unless told not to", async () => {
    const server = await serve({ routes: { [path]: pod }, gzipFrom: 1 });
    expect(await (await talk(server)).api.get(path)).toEqual({ ok: true, body: pod });
    expect(await (await talk(server, { disableCompression: true })).api.get(path)).toEqual({
      ok: true,
      body: pod,
    });
    expect(server.seen.map(({ headers }) => headers["accept-encoding"])).toEqual(["gzip", undefined]);
  });

  test("says who it is", async () => {
    const server = await serve({ routes: { [path]: pod } });
    await (await talk(server)).api.get(path, { fieldSelector: "a=b c" });
    expect(server.seen[0]?.headers["user-agent"]).toBe("kubectl-why_pull/1.2.3");
    expect(server.seen[0]?.query).toEqual({ fieldSelector: "a=b c" });
  });

  test("is sent whatever letters are in its path", async () => {
    const server = await serve({});
    const { api } = await talk(server);
    expect(await api.get("/api/v1/namespaces/ä b\n\uD800/pods")).toMatchObject({
      failure: { kind: "not-served" },
    });
    expect(server.seen[0]?.path).toBe("/api/v1/namespaces/%C3%A4%20b%0A%EF%BF%BD/pods");
  });

  test("goes below the path of the server's URL", async () => {
    const server = await serve({ routes: { [`/k8s/clusters/c-1${path}`]: pod } });
    const { api } = await talk(server, { server: `${server.url}/k8s/clusters/c-1/` });
    expect(await api.get(path)).toEqual({ ok: true, body: pod });
  });

  const busy = (times: number, code: number, headers: Record<string, string>): Route => {
    let left = times;
    return (response) => {
      left -= 1;
      response.writeHead(left < 0 ? 200 : code, { ...json, ...headers });
      response.end(JSON.stringify(left < 0 ? pod : status(code, "x", "busy")));
    };
  };
  test.each([
    [429, "too-many"],
    [503, "server-error"],
  ])("is sent again after %i when the server says when, and not otherwise", async (code, kind) => {
    expect(await answerTo(busy(4, code, { "retry-after": "0" }))).toEqual({ ok: true, body: pod });
    expect(await answerTo(busy(5, code, { "retry-after": "0" }))).toMatchObject({ failure: { kind } });
    expect(await answerTo(busy(1, code, {}))).toMatchObject({ failure: { kind } });
  });

  test("is sent again when a kept connection turns out to be closed", async () => {
    let first = true;
    const route: Route = (response, _seen, socket) => {
      if (first) socket.destroy();
      else response.end(JSON.stringify(pod));
      first = false;
    };
    expect(await answerTo(route)).toEqual({ ok: true, body: pod });
  });

  test("follows the same server only, and no circle", async () => {
    const other = await serve({ routes: { [path]: pod } });
    const to =
      (location: string): Route =>
      (response) => {
        response.writeHead(302, { location });
        response.end();
      };
    const server = await serve({
      routes: { [path]: pod, "/here": to(path), "/away": to(`${other.url}${path}`), "/round": to("/round") },
    });
    const { api } = await talk(server);
    expect(await api.get("/here")).toEqual({ ok: true, body: pod });
    expect(await api.get("/away")).toMatchObject({
      failure: { kind: "redirect", message: `the server redirects to ${other.url}, which is not followed` },
    });
    expect(await api.get("/round")).toMatchObject({
      failure: { kind: "redirect", message: "stopped after 10 redirects" },
    });
    expect(other.seen).toEqual([]);
  });

  test("ends after --request-timeout, before or within the answer", async () => {
    const silent: Route = () => undefined;
    const half: Route = (response) => {
      response.writeHead(200, json);
      response.write("{");
    };
    expect(await answerTo(silent, { requestTimeout: "50ms" })).toMatchObject({
      failure: { kind: "timeout", message: "context deadline exceeded" },
    });
    expect(await answerTo(half, { requestTimeout: "50ms" })).toMatchObject({ failure: { kind: "timeout" } });
  });

  test("ends when the run is cancelled, and none begins after it", async () => {
    const cancel = new AbortController();
    const server = await serve({ routes: { [path]: () => cancel.abort() } });
    const { api } = await talk(server, {}, { signal: cancel.signal });
    expect(await api.get(path)).toMatchObject({ failure: { kind: "cancelled" } });
    expect(await api.get(path)).toMatchObject({ failure: { kind: "cancelled" } });
    expect(server.seen.length).toBe(1);
  });

  test("creates nothing but reviews, and Pods by a dry run", async () => {
    const review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const allowed = { kind: "SelfSubjectAccessReview", status: { allowed: true } };
    const server = await serve({ routes: { [`POST ${review}`]: allowed } });
    const { api } = await talk(server);
    expect(await api.create(review, { spec: {} })).toEqual({ ok: true, body: allowed });
    expect(server.seen[0]?.body).toBe('{"spec":{}}');
    const pods = "/api/v1/namespaces/default/pods";
    expect(await api.create(`${pods}?dryRun=All`, pod)).toMatchObject({ ok: false });
    expect(server.seen[1]?.query).toEqual({ dryRun: "All" });
    for (const rest of [
      "",
      "?dryRun=",
      "?dryRun=None",
      "?dryRun=All&dryRun=",
      "#?dryRun=All",
      "/web?dryRun=All",
      "/web/eviction?dryRun=All",
      "?x=/pods?dryRun=All",
      "?dryRun=All\n",
    ])
      expect(() => api.create(`${pods}${rest}`, pod)).toThrow(TypeError);
    expect(() => api.create("/api/v1/namespaces/default/secrets?dryRun=All", pod)).toThrow(TypeError);
    expect(() => api.create("/api/v1/namespaces/../pods?dryRun=All", pod)).toThrow(TypeError);
    expect(server.seen).toHaveLength(2);
    expect(() => api.create(`${review}/../../../../api/v1/pods`, pod)).toThrow(TypeError);
  });
});

describe("-v", () => {
  test("shows requests from 6, headers from 7 and 8, and no credentials or bodies at any", async () => {
    const reply: Route = (response) => {
      response.setHeader("set-cookie", "session=sesame");
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...pod, data: { password: "sesame" } }));
    };
    const server = await serve({ routes: { [path]: reply } });
    const counts: number[] = [];
    for (const verbosity of [0, 5, 6, 7, 8, 9, 10]) {
      const { api, lines } = await talk(server, { verbosity });
      await api.get(path, { continue: "token-of-a-page" });
      counts.push(lines.length);
      expect(lines.join("\n")).not.toMatch(/sesame|token-of-a-page/);
      if (verbosity >= 6)
        expect(lines[0]).toMatch(/^GET https:\/\/127\.0\.0\.1:\d+\/api\/v1\/.* 200 OK in \d+ milliseconds$/);
      if (verbosity >= 7) expect(lines).toContain("    Authorization: Bearer <masked>");
      if (verbosity >= 8) expect(lines).toContain("    set-cookie: <masked>");
    }
    expect(counts.map((count) => count > 0)).toEqual([false, false, true, true, true, true, true]);
  });

  test("leaves a log of requests without secrets, always", async () => {
    const { api } = await talk(await serve({ routes: { [path]: pod } }));
    await api.get(path, { limit: "1", continue: "token-of-a-page" });
    expect(api.requests).toMatchObject([{ method: "GET", path: `${path}?limit=1&continue=…`, status: 200 }]);
  });
});

describe("a list", () => {
  const items = Array.from({ length: 1201 }, (_, index) => ({ metadata: { name: `p${index}` } }));
  const pods = "/api/v1/pods";
  const list = { kind: "PodList", apiVersion: "v1", metadata: {}, items };

  test("is read in pages of 500, each item with its kind", async () => {
    const server = await serve({ routes: { [pods]: list } });
    const { api } = await talk(server);
    const answer = await api.list(pods, { labelSelector: "a=b" });
    expect(answer.ok && answer.items.length).toBe(1201);
    expect(answer.ok && answer.complete).toBe(true);
    expect(answer.ok && answer.items[1200]).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p1200" },
    });
    expect(server.seen.map(({ query }) => query["limit"])).toEqual(["500", "500", "500"]);
    expect(server.seen.every(({ query }) => query["labelSelector"] === "a=b")).toBe(true);
  });

  test("stops at the cap and says so", async () => {
    const { api } = await talk(await serve({ routes: { [pods]: list } }));
    const answer = await api.list(pods, {}, { cap: 600 });
    expect(answer.ok && [answer.items.length, answer.complete]).toEqual([600, false]);
  });

  test("keeps of each item what it is told to keep, and ends with the first that is not kept", async () => {
    const server = await serve({ routes: { [pods]: list } });
    const { api } = await talk(server);
    const keep = (item: object): object => ({ kept: JSON.stringify(item).includes('p7"') });
    const answer = await api.list(pods, {}, { keep });
    expect(answer).toMatchObject({ ok: true, complete: true });
    expect(answer.ok && answer.items.slice(6, 9)).toEqual([{ kept: false }, { kept: true }, { kept: false }]);
    const few = (item: object): object | "drop" =>
      JSON.stringify(item).includes('p7"') ? { kept: true } : "drop";
    expect(await api.list(pods, {}, { keep: few })).toMatchObject({
      ok: true,
      items: [{ kept: true }],
      complete: true,
    });
    const before = server.seen.length;
    const foreign = (item: object): object | "stop" =>
      JSON.stringify(item).includes('p2"') ? "stop" : { kept: true };
    const cut = await api.list(pods, {}, { keep: foreign });
    expect(cut).toMatchObject({ ok: true, items: [{ kept: true }, { kept: true }], complete: false });
    expect(server.seen.length - before).toBe(1);
  });

  const forgetting = (times: number): Route => {
    let left = times;
    return (response, seen) => {
      const expired = seen.query["continue"] !== undefined && left > 0;
      if (expired) left -= 1;
      const page =
        seen.query["continue"] === undefined
          ? { ...list, metadata: { continue: "next" }, items: items.slice(0, 2) }
          : { ...list, items: items.slice(2, 3) };
      response.writeHead(expired ? 410 : 200, json);
      response.end(
        JSON.stringify(expired ? status(410, "Expired", "The provided continue parameter is too old") : page),
      );
    };
  };
  test("starts anew when the server forgot where it was, a few times", async () => {
    const { api } = await talk(await serve({ routes: { [pods]: forgetting(3), "/other": forgetting(4) } }));
    const answer = await api.list(pods);
    expect(answer.ok && answer.items.length).toBe(3);
    expect(await api.list("/other")).toMatchObject({ ok: false, failure: { kind: "gone" } });
  });

  test("of a server that gives the same token for ever ends", async () => {
    const { api } = await talk(
      await serve({
        routes: { [pods]: body(JSON.stringify({ ...list, items: [{}], metadata: { continue: "x" } }), json) },
      }),
    );
    expect(await api.list(pods)).toMatchObject({ ok: true, complete: false });
  });

  test("that has null for its items is empty, and one without a list is none", async () => {
    const { api } = await talk(
      await serve({
        routes: {
          "/null": body('{"kind":"PodList","items":null}', json),
          "/text": body('{"kind":"PodList","items":"x"}', json),
        },
      }),
    );
    expect(await api.list("/null")).toMatchObject({ ok: true, items: [], complete: true });
    expect(await api.list("/text")).toMatchObject({ failure: { kind: "invalid-json" } });
  });
});
