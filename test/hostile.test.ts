import { afterAll, describe, expect, test, vi } from "vitest";
import { type Route, startApiServer, status } from "./api-server.ts";
import { isConfidentlyWrong, itemsOf, type Outcome, setStage, token } from "./hostile-run.ts";
import { hostileText, unsafeIn } from "./hostile-text.ts";
import { dockerConfig, mismatch, namespace, paths, type Routes } from "./shop.ts";

// Generous: the tests run beside others, and one that is left half-way would play on the next one's stage.
vi.setConfig({ testTimeout: 120_000 });
const { ask, close } = await setStage();
afterAll(close);

const name = "web-5d9c8b7f6-x2x2x";
const truth = ["registry-key-mismatch"];
const formats = ["text", "wide", "json", "yaml", "markdown", "name"] as const;
type Path = readonly (string | number)[];

/** A copy in which one place, and no other, holds something else. */
function changed(routes: Routes, place: Path, change: (old: unknown) => unknown): Routes {
  const copy = JSON.parse(JSON.stringify(routes)) as Routes;
  let holder: unknown = copy;
  for (const step of place.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[step];
  const last = place.at(-1) ?? "";
  const object = holder as Record<string | number, unknown>;
  object[last] = change(object[last]);
  return copy;
}

/** Every place in the routes; the list of Pods is not asked for when a Pod is named. */
function placesIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    placesIn(item, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? inside : [at, ...inside];
}

const places = placesIn(mismatch()).filter((place) => place[0] !== paths.pods && place.length > 1);
const wordPlaces = places.filter((place) => typeof valueAt(mismatch(), place) === "string");

function valueAt(routes: unknown, place: Path): unknown {
  return place.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], routes);
}

function expectHarmless({ stdout, stderr, log }: Outcome, what: string): void {
  expect(unsafeIn(stdout), what).toBeUndefined();
  expect(unsafeIn(stderr), what).toBeUndefined();
  expect(unsafeIn(log), what).toBeUndefined();
  expect(stdout + stderr + log, what).not.toContain(token);
  expect(stderr, what).not.toMatch(/a fault of|^\s+at /m);
}

const json = { "content-type": "application/json" };
describe("text that would drive a terminal", () => {
  test.each(formats)("is shown as what it is, wherever it stands, in -o %s", async (format) => {
    expect(wordPlaces.length).toBeGreaterThan(80);
    // Each place in two formats, one for people and one for programs or the other way round.
    const turn = formats.indexOf(format) % 3;
    for (const place of wordPlaces.filter((_, index) => index % 3 === turn)) {
      const routes = changed(mismatch(), place, (old) => `${String(old)}${hostileText}`);
      const outcome = await ask(routes, [name, "-o", format, "-v", "9", "--color", "always"]);
      expectHarmless(outcome, place.join(" "));
      expect([0, 1, 3], place.join(" ")).toContain(outcome.code);
    }
  });

  test("is the same text for who reads the JSON", async () => {
    const reason = `ImagePullBackOff: ${hostileText}`;
    const place = [paths.pod, "status", "containerStatuses", 0, "state", "waiting", "message"];
    const { stdout } = await ask(
      changed(mismatch(), place, () => reason),
      [name, "-o", "json"],
    );
    expect(itemsOf(stdout)[0]?.failure?.message).toBe(reason);
  });

  const refusals: readonly (readonly [string, Route])[] = [
    ["a Status's message", status(403, "Forbidden", hostileText)],
    ["a Status's reason", status(409, hostileText, hostileText)],
    ["a Status of an unknown code", status(418, "Teapot", hostileText)],
    ["a body that is no Status", (response) => void response.writeHead(500).end(hostileText)],
    [
      "a content type",
      bytes("HTTP/1.1 200 OK\r\nContent-Type: text/\u009B31m\u009C\r\nContent-Length: 2\r\n\r\n{}"),
    ],
    ["a reason phrase", bytes("HTTP/1.1 403 \u009B31mno\u0085\r\nContent-Length: 0\r\n\r\n")],
    ["a header", bytes("HTTP/1.1 403 no\r\nX-A: \u009B31m\r\nAudit-Id: \u009D\r\nContent-Length: 0\r\n\r\n")],
    [
      "a place to go to",
      bytes("HTTP/1.1 302 x\r\nLocation: //\u009B31m/\u202E\r\nContent-Length: 0\r\n\r\n"),
    ],
    ["a name that other objects have", status(404, "NotFound", hostileText, { details: { name: "x" } })],
  ];
  test.each(refusals)("is shown as what it is in %s", async (_title, route) => {
    for (const path of [paths.pod, paths.secret, paths.events, paths.node])
      for (const format of ["text", "json"]) {
        const outcome = await ask({ ...mismatch(), [path]: route }, [name, "-o", format, "-v", "9"]);
        expectHarmless(outcome, path);
        expect(outcome.code, path).toBe(path === paths.pod ? 3 : 1);
      }
  });

  function bytes(text: string): Route {
    return (_response, _seen, socket) => void socket.end(Buffer.from(text, "latin1"));
  }

  test("is shown as what it is where names are suggested", async () => {
    const other = { metadata: { name: `web${hostileText}`, namespace }, spec: { containers: [{}] } };
    const routes = {
      ...mismatch(),
      [`${paths.pods}/we`]: status(404, "NotFound", "no", { details: { name: "we", kind: "pods" } }),
      [paths.pods]: { kind: "PodList", apiVersion: "v1", items: [other] },
    };
    const outcome = await ask(routes, ["we"]);
    expectHarmless(outcome, "suggestion");
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain("Did you mean web\\u001b[2J");
  });
});

describe("values of another kind than they should be", () => {
  const values: readonly unknown[] = [
    7,
    null,
    true,
    [],
    {},
    [[["x"]]],
    [null, 7, {}],
    "",
    "..",
    "__proto__",
    "constructor",
    JSON.parse('{"__proto__": {"name": "x"}, "constructor": 1}'),
  ];
  test("crash nothing and are not believed", async () => {
    let tried = 0;
    for (const [index, place] of places.entries())
      // Two of them at each place, others at the next.
      for (const value of values.filter((_, nth) => (index + nth) % 6 === 0)) {
        const what = `${place.join(" ")} = ${JSON.stringify(value)}`;
        const format = tried % 2 === 0 ? "json" : "text";
        const outcome = await ask(
          changed(mismatch(), place, () => value),
          [name, "-o", format],
        );
        tried += 1;
        expectHarmless(outcome, what);
        expect([0, 1, 3], what).toContain(outcome.code);
        expect(outcome.stdout, what).not.toMatch(/undefined|\[object|NaN|function /);
        const bears = place[0] === paths.pod || place[0] === paths.secret;
        if (format === "json" && !bears)
          expect(isConfidentlyWrong(itemsOf(outcome.stdout)[0], truth), what).toBe(false);
      }
    expect(tried).toBeGreaterThan(250);
  });
});

describe("another object than was asked for", () => {
  const base = mismatch();
  const secret = base[paths.secret] as { readonly metadata: object };
  const fitting = dockerConfig({ "registry.example": { username: "u", password: "p" } });
  const rows: readonly (readonly [string, string, Route])[] = [
    [
      "a Secret of another name",
      paths.secret,
      { ...secret, metadata: { ...secret.metadata, name: "other" }, data: fitting },
    ],
    [
      "a Secret of another namespace",
      paths.secret,
      { ...secret, metadata: { ...secret.metadata, namespace: "other" }, data: fitting },
    ],
    ["a Secret without a name", paths.secret, { ...secret, metadata: {}, data: {} }],
    ["a list of Secrets", paths.secret, { kind: "SecretList", apiVersion: "v1", items: [] }],
    ["a Pod for a Secret", paths.secret, base[paths.pod] as object],
    [
      "a bundle's header for a Secret",
      paths.secret,
      { kind: "PullBundle", spec: { kubectlFlags: ["--server", "https://evil.example"] } },
    ],
    [
      "Secrets for ServiceAccounts",
      paths.accounts,
      { kind: "SecretList", apiVersion: "v1", items: [secret] },
    ],
    [
      "ServiceAccounts of another namespace",
      paths.accounts,
      {
        kind: "ServiceAccountList",
        apiVersion: "v1",
        items: [{ metadata: { name: "default", namespace: "other" }, imagePullSecrets: [{ name: "x" }] }],
      },
    ],
    [
      "a bundle's header among ServiceAccounts",
      paths.accounts,
      {
        kind: "ServiceAccountList",
        apiVersion: "v1",
        items: [{ kind: "CredentialProviderConfig", providers: [{ name: "evil", matchImages: ["*"] }] }],
      },
    ],
    ["Pods for events", paths.events, { kind: "PodList", apiVersion: "v1", items: [base[paths.pod]] }],
    ["a Node of another name", paths.node, { kind: "Node", apiVersion: "v1", metadata: { name: "node-2" } }],
  ];
  test.each(rows)("is no answer: %s", async (_title, path, route) => {
    const outcome = await ask({ ...mismatch(), [path]: route }, [name, "-o", "json"]);
    expectHarmless(outcome, path);
    const [item] = itemsOf(outcome.stdout);
    const accepted = path === paths.secret ? [] : truth;
    expect(isConfidentlyWrong(item, accepted), JSON.stringify(item?.verdict)).toBe(false);
    expect(outcome.stdout).not.toContain("evil");
    if (path === paths.secret)
      expect(item?.unknowns.map(({ text }) => text)).toContain("Secret regcred could not be understood.");
  });

  const pod = base[paths.pod] as { readonly metadata: object; readonly spec: object };
  test.each([
    ["another name", { ...pod, metadata: { ...pod.metadata, name: "web" } }],
    ["another namespace", { ...pod, metadata: { ...pod.metadata, namespace: "other" } }],
    ["no containers", { ...pod, spec: {} }],
    ["another kind", { ...pod, kind: "Secret" }],
  ])("is an error for the Pod itself: %s", async (_title, route) => {
    const outcome = await ask({ ...mismatch(), [paths.pod]: route }, [name]);
    expect(outcome).toMatchObject({
      code: 3,
      stdout: "",
      stderr: "error: the API server answered with another object than was asked for\n",
    });
  });

  test("does not happen for names that a server could take for a step in the path", async () => {
    for (const step of [".", "..", "a/../..", "%2e%2e"]) {
      const routes = changed(mismatch(), [paths.pod, "spec", "imagePullSecrets", 0, "name"], () => step);
      const outcome = await ask(routes, [name, "-o", "json"]);
      const asked = outcome.asked
        .map(({ path }) => path)
        .filter((path) => path.includes("/secrets") && path !== paths.secret && path !== paths.accountSecret);
      expect(asked, step).toEqual([]);
      expect(isConfidentlyWrong(itemsOf(outcome.stdout)[0], []), step).toBe(false);
    }
  });
});

describe("a Secret of every odd byte", () => {
  const withPayload = (payload: Buffer): Routes =>
    changed(mismatch(), [paths.secret, "data", ".dockerconfigjson"], () => payload.toString("base64"));
  const payloads = Array.from({ length: 256 }, (_, byte) => {
    const odd = Buffer.of(byte);
    const around = [
      '{"auths":{"a',
      '.example":{"username":"',
      '","password":"planted-password-7',
      '"},"other.example":{"auth":"planted-password-7"}}}',
    ];
    const inside = Buffer.concat(
      around.flatMap((text, at) => [...(at === 0 ? [] : [odd]), Buffer.from(text)]),
    );
    const before = Buffer.concat([
      odd,
      Buffer.from('{"auths":{"other.example":{"auth":"planted-password-7"}}}'),
    ]);
    return byte % 4 === 3 ? [inside, before] : [inside];
  }).flat();

  test("is read, or said to be unreadable, without a byte of it", async () => {
    for (const [index, payload] of payloads.entries()) {
      const format = formats[index % formats.length] ?? "text";
      const outcome = await ask(withPayload(payload), [name, "-o", format, "-v", "9"]);
      expectHarmless(outcome, payload.toString("latin1"));
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).not.toContain("planted");
      if (format === "json")
        expect(isConfidentlyWrong(itemsOf(outcome.stdout)[0], truth), payload.toString("latin1")).toBe(false);
    }
  });

  test.each(["\u0000", "\uD800", "__proto__", "constructor", ".dockerconfigjson\n", "a/b", hostileText])(
    "may have any key: %j",
    async (key) => {
      const routes = changed(mismatch(), [paths.secret, "data"], (data) => ({
        ...(data as object),
        [key]: "cGxhbnRlZA==",
      }));
      const outcome = await ask(routes, [name, "-o", "json", "-v", "9"]);
      expectHarmless(outcome, key);
      expect(itemsOf(outcome.stdout)[0]?.verdict.cause).toBe("registry-key-mismatch");
    },
  );
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])(
    "with %i to another host or port sends nothing there",
    async (code) => {
      const elsewhere = await startApiServer({ routes: mismatch(), certificate: "none" });
      let knocks = 0;
      const other = elsewhere.port;
      const targets = [
        `http://127.0.0.1:${other}`,
        `http://localhost:${other}`,
        `//127.0.0.1:${other}`,
        `http://u:p@127.0.0.1:${other}`,
      ];
      for (const target of targets)
        for (const path of [paths.pod, paths.secret]) {
          const away: Route = (response) =>
            void response.writeHead(code, { location: `${target}${path}` }).end();
          const outcome = await ask({ ...mismatch(), [path]: away }, [name, "-o", "json", "-v", "9"]);
          expectHarmless(outcome, target);
          expect(outcome.code, target).toBe(path === paths.pod ? 3 : 1);
          if (path === paths.pod) expect(outcome.stderr).toContain("which is not followed");
          else expect(isConfidentlyWrong(itemsOf(outcome.stdout)[0], []), target).toBe(false);
          knocks += elsewhere.connections();
        }
      await elsewhere.close();
      expect(knocks).toBe(0);
    },
  );

  test("in a circle ends", async () => {
    const round: Route = (response, seen) => void response.writeHead(302, { location: seen.path }).end();
    const outcome = await ask({ ...mismatch(), [paths.pod]: round }, [name]);
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain("stopped after 10 redirects");
  });
});

describe("a list", () => {
  const list = (items: readonly unknown[], next = ""): object => ({
    kind: "EventList",
    apiVersion: "v1",
    metadata: next === "" ? {} : { continue: next },
    items,
  });
  const events = (mismatch()[paths.events] as { readonly items: readonly object[] }).items;

  test("whose tokens never end is left, and not taken for whole", async () => {
    const endless: Route = (response, seen) =>
      void response
        .writeHead(200, json)
        .end(JSON.stringify(list([], String(Number(seen.query["continue"] ?? 0) + 1))));
    const outcome = await ask({ ...mismatch(), [paths.events]: endless }, [name, "-o", "json"]);
    expect(outcome.asked.length).toBeLessThan(500);
    const [item] = itemsOf(outcome.stdout);
    expect(isConfidentlyWrong(item, truth)).toBe(false);
    const pods = await ask({ ...mismatch(), [paths.pods]: endless }, []);
    expect(pods.code).toBe(3);
  });

  test("may hold everything twice", async () => {
    const doubled = Object.fromEntries(
      Object.entries(mismatch()).map(([path, route]) =>
        "items" in route && Array.isArray(route.items)
          ? [path, { ...route, items: [...route.items, ...route.items] as unknown[] }]
          : [path, route],
      ),
    );
    const [once, twice] = [await ask(mismatch(), ["-o", "json"]), await ask(doubled, ["-o", "json"])];
    expect(JSON.parse(twice.stdout)).toEqual(JSON.parse(once.stdout));
  });

  test.each([
    ["events", paths.events, list([...events, 7, null, [], "x", {}, [[{}]]])],
    [
      "ServiceAccounts",
      paths.accounts,
      { kind: "ServiceAccountList", apiVersion: "v1", items: [[], [[]], 7, null] },
    ],
  ])("of lists and numbers is none: %s", async (_title, path, route) => {
    const outcome = await ask({ ...mismatch(), [path]: route }, [name, "-o", "json"]);
    expectHarmless(outcome, path);
    expect(isConfidentlyWrong(itemsOf(outcome.stdout)[0], truth)).toBe(false);
  });
});

describe("time", () => {
  test("is not wasted on a server that wants to be asked again in a year", async () => {
    const busy: Route = (response) => void response.writeHead(429, { "retry-after": "31536000" }).end();
    const outcome = await ask({ ...mismatch(), [paths.pod]: busy, [paths.secret]: busy }, [name]);
    expect(outcome.code).toBe(3);
    expect(outcome.asked.length).toBe(1);
  });

  test("runs out for an answer that comes letter by letter", async () => {
    const drip: Route = (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(" ")), 20);
    };
    const words = ["-o", "json", "--request-timeout", "200ms"];
    const partly = await ask({ ...mismatch(), [paths.secret]: drip }, [name, ...words]);
    expect(isConfidentlyWrong(itemsOf(partly.stdout)[0], [])).toBe(false);
    const wholly = await ask({ ...mismatch(), [paths.pod]: drip }, [name, ...words]);
    expect(wholly.code).toBe(3);
    expect(wholly.stderr).toMatch(/^Unable to connect to the server: .*(deadline|canceled|timeout)/i);
  });
});
