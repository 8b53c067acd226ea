import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { diagnose } from "../../src/diagnose.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { toBundle } from "../../src/gather/files/bundle.ts";
import { toMarkdown } from "../../src/report/markdown.ts";
import { toDiagnosisList, toJson, toYaml } from "../../src/report/structured.ts";
import { toText } from "../../src/report/text.ts";
import { formsOf } from "../secret-forms.ts";
import {
  type Answer,
  failingPod,
  otherHost,
  probe,
  type Probed,
  registryHost,
  startRegistry,
  type TestRegistry,
} from "./registry.ts";

vi.setConfig({ testTimeout: 60_000 });

const username = "deployer-Zx81qa";
const password = "M4rk3d:pa/ss+w0rd~Zq9X";
const token = `tk.${Buffer.from(JSON.stringify({ sub: "someone", access: [] })).toString("base64url")}.S1gn4tureOfT0ken`;
const signature = "X-Amz-Signature=9f8e7d6c5b4a39281706f5e4d3c2b1a0";
const secrets = [
  password,
  token,
  "S1gn4tureOfT0ken",
  "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
  `${username}:${password}`,
];

const open: TestRegistry[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(certificate: "server" | "wrong-name", answer: Answer): Promise<TestRegistry> {
  const registry = await startRegistry(certificate, answer);
  open.push(registry);
  return registry;
}

/** The registry and the other host, and what the program makes of them. */
async function meet(
  answer: (other: number) => Answer,
  other: Answer = (_, response) => void response.writeHead(200).end("{}"),
  options: Parameters<typeof probe>[1] = {},
): Promise<{
  registry: TestRegistry;
  elsewhere: TestRegistry;
  probed: Probed;
  status: Record<string, unknown>;
}> {
  const elsewhere = await start("wrong-name", other);
  const registry = await start("server", answer(elsewhere.port));
  const host = `${registryHost}:${registry.port}`;
  const probed = await probe(failingPod(`${host}/team/app:1.0`, { [host]: { username, password } }), options);
  const document = probed.documents.find(({ kind }) => kind === "RegistryProbe");
  return { registry, elsewhere, probed, status: document?.["status"] as Record<string, unknown> };
}

/** Everything that can be seen of a run. */
function outputs({ documents, log }: Probed): string {
  const diagnoses = diagnose(indexObjects(documents));
  const list = toDiagnosisList(diagnoses);
  const style = { width: 120, colorLevel: 0, wide: true } as const;
  return [
    toText(diagnoses, style),
    toMarkdown(diagnoses),
    toJson(list),
    toYaml(list),
    toBundle(documents),
    ...log,
  ].join("\n");
}

function leaks(probed: Probed): readonly string[] {
  const shown = outputs(probed);
  return secrets.flatMap(formsOf).filter((form) => form.length > 7 && shown.includes(form));
}

function logins(seen: TestRegistry["seen"]): number {
  return seen.filter(({ authorization = "" }) => authorization.startsWith("Basic ")).length;
}

const challenge =
  (realm: string, more = ""): Answer =>
  (request, response) => {
    void request;
    response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="r"${more}` }).end();
  };

describe("a token server that the login must not reach", () => {
  const realms: readonly (readonly [string, (own: number, other: number) => string])[] = [
    ["of another domain", (_, other) => `https://${otherHost}:${other}/token`],
    ["on another port of the registry's host", (_, other) => `https://${registryHost}:${other}/token`],
    ["by plain HTTP", (own) => `http://${registryHost}:${own}/token`],
    ["at the metadata address", () => "https://169.254.169.254/token"],
    ["at the metadata address as a number", () => "https://2852039166/token"],
    ["at the metadata address, mapped into IPv6", () => "https://[::ffff:169.254.169.254]/token"],
    ["at the metadata address, translated to IPv6", () => "https://[64:ff9b::a9fe:a9fe]/token"],
    ["at a metadata name", () => "https://metadata.google.internal/token"],
    ["on this machine", (_, other) => `https://127.0.0.1:${other}/token`],
    ["on this machine by name", (_, other) => `https://localhost:${other}/token`],
    ["at no address", () => "https://0.0.0.0/token"],
    ["with a login in its URL", (own) => `https://user:pass@${registryHost}:${own}/token`],
    [
      "that only begins like the registry's host",
      (_, other) => `https://${registryHost}.${otherHost}:${other}/token`,
    ],
    [
      "behind the registry's host as a user",
      (_, other) => `https://${registryHost}@${otherHost}:${other}/token`,
    ],
    ["by a relative address", () => "/token"],
    ["by a file's address", () => "file:///etc/passwd"],
    ["by nothing", () => ""],
  ];
  test.for(realms)("%s", async ([, realm]) => {
    let own = 0;
    const { registry, elsewhere, probed, status } = await meet((other) => (request, response, port) => {
      own = port;
      challenge(realm(own, other))(request, response, port);
    });
    expect(logins(registry.seen) + logins(elsewhere.seen)).toBe(0);
    expect(elsewhere.seen).toEqual([]);
    expect(["foreign-realm", "unsafe-realm", "unknown-challenge"]).toContain(
      (status["stopped"] as { why?: string } | undefined)?.why,
    );
    expect(leaks(probed)).toEqual([]);
  });

  test("gets it when the user says so", async () => {
    const { elsewhere } = await meet((other) => challenge(`https://${otherHost}:${other}/token`), undefined, {
      trustRealm: [otherHost],
    });
    expect(logins(elsewhere.seen)).toBeGreaterThan(0);
  });

  test("does not get it by a redirect of the registry's own", async () => {
    const { registry, elsewhere } = await meet((other) => (request, response, port) => {
      if (request.url?.startsWith("/token") === true)
        response.writeHead(307, { location: `https://${otherHost}:${other}/token` }).end();
      else challenge(`https://${registryHost}:${port}/token`)(request, response, port);
    });
    expect(logins(registry.seen)).toBeGreaterThan(0);
    expect(elsewhere.seen).toEqual([]);
  });
});

describe("a redirect of the manifest", () => {
  test("keeps neither login nor token, and its target's question for one is not answered", async () => {
    const { elsewhere, probed } = await meet(
      (other) => (request, response) => {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { "www-authenticate": "Basic realm=r" }).end();
        else response.writeHead(307, { location: `https://${otherHost}:${other}/there?${signature}` }).end();
      },
      (_, response) => void response.writeHead(401, { "www-authenticate": "Basic realm=r" }).end(),
    );
    expect(elsewhere.seen.length).toBeGreaterThan(0);
    expect(elsewhere.seen.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(leaks(probed)).toEqual([]);
  });

  const targets: readonly (readonly [string, string])[] = [
    ["plain HTTP", `http://${otherHost}/x`],
    ["the metadata address", `https://169.254.169.254/x?${signature}`],
    ["a script", "javascript:alert(1)"],
    ["itself", ""],
  ];
  test.for(targets)("to %s ends", async ([, location]) => {
    const { registry, probed } = await meet(
      () => (_, response) => void response.writeHead(302, { location }).end(),
    );
    expect(registry.seen.length).toBeLessThan(15);
    expect(leaks(probed)).toEqual([]);
  });

  test("to another and another ends", async () => {
    let hop = 0;
    const { registry } = await meet(
      () => (_, response) => void response.writeHead(302, { location: `/hop/${(hop += 1)}` }).end(),
    );
    expect(registry.seen.length).toBeLessThan(15);
  });
});

describe("an answer without measure", () => {
  const endless = (response: ServerResponse, head: string): void => {
    response.write(head);
    const timer = setInterval(() => {
      for (let pieces = 0; pieces < 20 && response.writableLength < 1_000_000; pieces += 1)
        response.write("x".repeat(16_384));
    }, 5);
    response.on("close", () => clearInterval(timer));
  };
  const answers: readonly (readonly [string, Answer])[] = [
    [
      "never ends",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        endless(response, "{");
      },
    ],
    [
      "drips",
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => void response.write("x"), 100);
        response.on("close", () => clearInterval(timer));
      },
    ],
    [
      "drips its header",
      (request, response) => {
        void response;
        request.socket.write("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => void request.socket.write("x: y\r\n"), 100);
        request.socket.on("close", () => clearInterval(timer));
      },
    ],
    ["is silent", () => undefined],
    [
      "has a header of megabytes",
      (request, response) => {
        void response;
        request.socket.write(`HTTP/1.1 200 OK\r\n${`x-${"y".repeat(1000)}: z\r\n`.repeat(3000)}\r\n`);
      },
    ],
    [
      "is no HTTP",
      (request, response) => {
        void response;
        request.socket.end("SSH-2.0-OpenSSH_9.9\r\n");
      },
    ],
    [
      "changes the protocol",
      (request, response) => {
        void response;
        request.socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n");
      },
    ],
    [
      "goes on and on with 100",
      (request, response) => {
        void response;
        request.socket.write("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000));
      },
    ],
    [
      "is compressed without being asked to be",
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(60_000)),
    ],
    [
      "is JSON, deeper than anything",
      (_, response) =>
        void response.writeHead(404, { "content-type": "application/json" }).end("[".repeat(60_000)),
    ],
    [
      "has ten thousand challenges",
      (_, response) =>
        void response
          .writeHead(401, { "www-authenticate": `Basic realm=x, ${"A b=c, ".repeat(1800)}` })
          .end(),
    ],
    ["hangs up", (request) => void request.socket.destroy()],
    [
      "ends within its body",
      (request, response) => {
        response.writeHead(200, { "content-length": "1000" }).write("abc");
        setTimeout(() => request.socket.destroy(), 50);
      },
    ],
  ];
  test.for(answers)("%s: bounded in time and bytes", async ([, answer]) => {
    const { registry, probed } = await meet(() => answer);
    expect(probed.ms).toBeLessThan(20_000);
    await registry.close();
    // What the sockets held when they were closed; nothing was read beyond the first pieces.
    expect(registry.sent()).toBeLessThan(32 * 1024 * 1024);
    expect(registry.seen.length).toBeLessThan(13);
    expect(leaks(probed)).toEqual([]);
  });
});

describe("a challenge", () => {
  const fields: readonly (readonly [string, (realm: string) => string[]])[] = [
    ["twice", (realm) => [`Bearer realm="${realm}",service="r"`, 'Basic realm="r"']],
    ["joined in one field", (realm) => [`Basic realm="r", Bearer realm="${realm}",service="r"`]],
    ["behind one that nobody knows", (realm) => [`Negotiate abc==, Bearer realm="${realm}",service="r"`]],
  ];
  test.for(fields)("%s is understood", async ([, field]) => {
    const { registry } = await meet(() => (request, response, port) => {
      if (request.url?.startsWith("/token") === true) response.writeHead(200).end(JSON.stringify({ token }));
      else
        response.writeHead(401, { "www-authenticate": field(`https://${registryHost}:${port}/token`) }).end();
    });
    expect(registry.seen.filter(({ url }) => url.startsWith("/token")).length).toBeGreaterThan(0);
    expect(registry.seen.some(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  });

  test("cannot smuggle parameters or fields into the token request", async () => {
    const { registry } = await meet(() => (request, response, port) => {
      if (request.url?.startsWith("/token") === true) response.writeHead(401).end();
      else
        challenge(`https://${registryHost}:${port}/token`, ',scope="a:b:pull&service=evil#x"')(
          request,
          response,
          port,
        );
    });
    const asked = registry.seen.find(({ url }) => url.startsWith("/token"));
    const query = new URL(`https://x${asked?.url}`).searchParams;
    expect(query.getAll("service")).toEqual(["r"]);
    expect(query.getAll("scope")).toEqual(["repository:team/app:pull", "a:b:pull&service=evil#x"]);
  });

  test("brings no token that would be two fields", async () => {
    const { registry } = await meet(() => (request, response, port) => {
      if (request.url?.startsWith("/token") === true)
        response.writeHead(200).end(JSON.stringify({ token: "a\r\nx-evil: 1" }));
      else challenge(`https://${registryHost}:${port}/token`)(request, response, port);
    });
    expect(registry.seen.filter(({ authorization = "" }) => authorization.startsWith("Bearer"))).toEqual([]);
  });
});

describe("what a registry repeats", () => {
  const echoes: readonly (readonly [string, (sent: string) => readonly [type: string, body: string]])[] = [
    [
      "as an error's message",
      (sent) => [
        "application/json",
        JSON.stringify({
          errors: [
            { code: "DENIED", message: `no: ${sent} ${password} ${token} https://blobs.test/x?${signature}` },
          ],
        }),
      ],
    ],
    [
      "as an error's code",
      (sent) => [
        "application/json",
        JSON.stringify({
          errors: [
            { code: sent.replaceAll(/[^A-Z]/gi, "").toUpperCase() + token.toUpperCase(), message: "x" },
          ],
        }),
      ],
    ],
    ["as details", (sent) => ["application/json", JSON.stringify({ details: `${sent}${password}` })]],
    [
      "as Quay's error",
      (sent) => ["application/json", JSON.stringify({ error: `robot ${username} ${password} ${sent}` })],
    ],
    ["as a detail", (sent) => ["application/json", JSON.stringify({ detail: sent, password, token })]],
    [
      "as plain text",
      (sent) => ["text/plain", `${sent}\n${password}\u001B[31m ${encodeURIComponent(password)}`],
    ],
    ["as a page", (sent) => ["text/html", `<html><body>${sent} ${password}</body></html>`]],
    [
      "as an object where words should be",
      (sent) => [
        "application/json",
        JSON.stringify({ errors: [{ code: { [sent]: password }, message: [password] }] }),
      ],
    ],
    ["backwards", (sent) => ["text/plain", [...`${sent} ${password}`].toReversed().join("")]],
    ["in part", () => ["text/plain", `hint: ${password.slice(0, 12)} and ${password.slice(-12)}`]],
    [
      "in base64 within something longer",
      () => ["text/plain", Buffer.from(`xx${password}`).toString("base64")],
    ],
    ["as a content type", (sent) => [`application/${sent.replaceAll(/[^a-z0-9]/gi, "").slice(0, 80)}`, "{}"]],
  ];
  for (const scheme of ["Basic", "Bearer"])
    test.for(echoes)(`${scheme}, %s, is in no output`, async ([, echo]) => {
      const { registry, probed } = await meet(() => (request, response, port) => {
        const sent = request.headers.authorization ?? "";
        const plain = Buffer.from(sent.replace(/^\w+ /, ""), "base64").toString("utf8");
        const [type, body] = echo(`${sent} ${plain}`);
        const inBearer = scheme === "Bearer" && sent !== "" && request.url?.startsWith("/token") === true;
        if (inBearer)
          response
            .writeHead(200, { "content-type": "application/json" })
            .end(JSON.stringify({ token, description: sent }));
        else {
          const fields =
            scheme === "Basic"
              ? 'Basic realm="r"'
              : `Bearer realm="https://${registryHost}:${port}/token",service="r",error="${token.slice(0, 20)}"`;
          response.writeHead(401, {
            "www-authenticate": fields,
            "content-type": type,
            "ratelimit-remaining": "1;w=2",
            "docker-ratelimit-source": password.replaceAll(/[^A-Za-z0-9]/g, ""),
            "docker-content-digest": token,
          });
          response.end(request.method === "HEAD" ? undefined : body);
        }
      });
      expect(logins(registry.seen)).toBeGreaterThan(0);
      expect(leaks(probed)).toEqual([]);
      expect(outputs(probed)).not.toContain(username);
      // A password that was refused is not tried again: once for the repository, once by itself.
      const manifests = registry.seen.filter(
        ({ url, authorization = "" }) => url.includes("/manifests/") && authorization.startsWith("Basic "),
      );
      expect(manifests.length).toBeLessThan(2);
    });
});
