import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";

import { type HttpAnswer, openTransport, type Transport } from "../../src/gather/connection/http/exchange.ts";
import { TransportFailure } from "../../src/gather/connection/answer/transport-failure.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Connection {
  /** Paths that were asked for on it, in order. */
  readonly asked: string[];
  readonly socket: Socket;
}

interface Play {
  readonly transport: Transport;
  readonly connections: Connection[];
  readonly ask: (path: string, milliseconds?: number) => Promise<string>;
}

/** A server that does with each request what it likes; `ask` gives the body, or the failure's message. */
async function play(serve: (path: string, connection: Connection, nth: number) => void): Promise<Play> {
  const connections: Connection[] = [];
  const server: Server = createServer((socket) => {
    const connection: Connection = { asked: [], socket };
    const nth = connections.push(connection);
    let text = "";
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const path = text.split(" ")[1] ?? "";
        text = text.slice(end + 4);
        connection.asked.push(path);
        serve(path, connection, nth);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transport = openTransport({ host: "127.0.0.1", port, secure: false });
  closing.push(() => {
    transport.close();
    for (const { socket } of connections) socket.destroy();
    server.close();
  });
  const ask: Play["ask"] = (path, milliseconds = 0) =>
    transport.exchange({ method: "GET", path, headers: {} }, { milliseconds, bodyBytes: 1000 }).then(
      ({ body }: HttpAnswer) => body?.toString() ?? "too large",
      (error: unknown) => {
        if (!(error instanceof TransportFailure)) return String(error);
        return `! ${error.message}${error.again ? ", which may be asked again" : ""}`;
      },
    );
  return { transport, connections, ask };
}

const answer = ({ socket }: Connection, body: string, more = ""): void =>
  void socket.write(`HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`);

const several = ["/b", "/c", "/d", "/e"];

describe("requests of one round", () => {
  test("go out on connections of their own, which are kept", async () => {
    const { connections, ask } = await play((path, connection) => answer(connection, path));
    for (let round = 0; round < 3; round += 1)
      expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    expect(connections.length).toBe(several.length);
  });

  test("wait for their turn when there are many", async () => {
    const { connections, ask } = await play((path, connection) => answer(connection, path));
    const many = Array.from({ length: 40 }, (_, index) => `/${index}`);
    expect(await Promise.all(many.map((path) => ask(path)))).toEqual(many);
    expect(connections.length).toBeLessThanOrEqual(10);
  });

  test("do not wait behind one that may take long", async () => {
    const { ask, connections } = await play((path, connection) => {
      if (path !== "/slow") answer(connection, path);
    });
    await ask("/a");
    const slow = ask("/slow", 300);
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    expect(await slow).toBe("! context deadline exceeded");
    expect(connections.find(({ asked }) => asked.includes("/slow"))?.asked.at(-1)).toBe("/slow");
  });

  test("are said to have met a closed connection when a server closes after each answer without a word", async () => {
    const { ask } = await play((path, connection) => {
      if (connection.asked.length > 1) connection.socket.destroy();
      else answer(connection, path);
    });
    expect(await ask("/a")).toBe("/a");
    expect(await ask("/b")).toMatch(/^! (EOF|read: connection reset by peer), which may be asked again$/);
    expect(await ask("/b")).toBe("/b");
  });

  test("are asked again of a server that says that it closes", async () => {
    const { ask } = await play((path, connection) => {
      const last = connection.asked.length > 1;
      answer(connection, path, last ? "Connection: close\r\n" : "");
      if (last) connection.socket.end();
    });
    expect(await ask("/a")).toBe("/a");
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
  });

  test("lose only the one whose answer breaks", async () => {
    const { ask } = await play((path, connection) => {
      if (path !== "/c") return answer(connection, path);
      connection.socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    await ask("/a");
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual([
      "/b",
      "! unexpected error when reading response body: unexpected EOF",
      "/d",
      "/e",
    ]);
  });

  test("lose only the one that the server drops the connection for", async () => {
    const { ask } = await play((path, connection) => {
      if (path === "/c") connection.socket.destroy();
      else answer(connection, path);
    });
    await ask("/a");
    const [b, c, d, e] = await Promise.all(several.map((path) => ask(path)));
    expect([b, d, e]).toEqual(["/b", "/d", "/e"]);
    expect(c).toMatch(/^! (EOF|read: connection reset by peer), which may be asked again$/);
  });

  test("lose only the one that is too large", async () => {
    const { ask } = await play((path, connection) =>
      answer(connection, path === "/c" ? "x".repeat(2000) : path),
    );
    await ask("/a");
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(["/b", "too large", "/d", "/e"]);
  });

  test("lose only the one whose time is over", async () => {
    const { ask } = await play((path, connection) => {
      if (path === "/c") connection.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
      else if (!connection.asked.includes("/c")) answer(connection, path);
    });
    await ask("/a");
    const asked = several.map((path) => ask(path, path === "/c" ? 200 : 0));
    expect(await Promise.all(asked)).toEqual([
      "/b",
      "! net/http: request canceled (Client.Timeout or context cancellation while reading body)",
      "/d",
      "/e",
    ]);
  });

  test("have their time from their turn on, so that a slow one costs no other its own", async () => {
    const { ask } = await play((path, connection) => {
      if (!connection.asked.includes("/b")) answer(connection, path);
    });
    await ask("/a");
    expect(await Promise.all(several.map((path) => ask(path, 200)))).toEqual([
      "! context deadline exceeded",
      "/c",
      "/d",
      "/e",
    ]);
  });

  test("are cancelled together when the transport is closed", async () => {
    const { ask, transport } = await play((path, connection) => {
      if (path === "/a") answer(connection, path);
    });
    await ask("/a");
    const asked = several.map((path) => ask(path));
    transport.close();
    expect(await Promise.all(asked)).toEqual(several.map(() => "! context canceled"));
  });
});

describe("a connection", () => {
  test("that says more than it was asked is not used again", async () => {
    const { ask, connections } = await play((path, connection, nth) => {
      answer(connection, path);
      if (nth === 1) answer(connection, "/stolen");
    });
    expect(await ask("/a")).toBe("/a");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ask("/b")).toBe("/b");
    expect(connections).toHaveLength(2);
  });

  test("that speaks after a while, or of nothing, is not used again", async () => {
    for (const late of [
      "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 204 No Content\r\n\r\n",
    ])
      for (const pause of [0, 10]) {
        const { ask, connections } = await play((path, connection, nth) => {
          const { socket } = connection;
          const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`;
          if (nth > 1) socket.write(whole);
          else if (pause === 0) socket.write(whole + late);
          else {
            socket.write(whole);
            setTimeout(() => socket.write(late), pause);
          }
        });
        expect(await ask("/a")).toBe("/a");
        await new Promise((resolve) => setTimeout(resolve, 40));
        expect(await ask("/b")).toBe("/b");
        expect(connections).toHaveLength(2);
      }
  });

  test("is refused a request with a line break in it", async () => {
    const { ask } = await play(() => undefined);
    expect(await ask("/a\r\nX: y")).toMatch(/control character/);
    expect(await ask("/a b")).toMatch(/control character/);
  });
});

interface Read {
  readonly status: number;
  readonly text: string;
  readonly body: string | undefined;
}

const malformed = "net/http: HTTP/1.x transport connection broken: malformed HTTP response";
const cut = "unexpected error when reading response body: unexpected EOF";
const ok = (body: string): Read => ({ status: 200, text: "OK", body });

const rows: readonly (readonly [sentence: string, bytes: string, expected: Read | string])[] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", ok("abc")],
  ["no body at all", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ok("")],
  [
    "another behind it that nobody asked for",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\ncontent-length: 1\r\n\r\nb",
    ok("a"),
  ],
  [
    "chunks with an extension and trailers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
    ok("abc0123456789"),
  ],
  ["a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nabc", ok("abc")],
  [
    "a server that will close",
    "HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\nContent-Length: 1\r\n\r\na",
    ok("a"),
  ],
  ["HTTP/1.0, which keeps nothing", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", ok("a")],
  [
    "interim answers",
    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
    ok("a"),
  ],
  ["no words behind the code", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", { ...ok("a"), text: "" }],
  [
    "204, whatever it announces",
    "HTTP/1.1 204 No Content\r\n\r\n",
    { status: 204, text: "No Content", body: "" },
  ],
  [
    "a length said twice alike",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    malformed,
  ],
  [
    "both a length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    malformed,
  ],
  [
    "a length said twice otherwise",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
    malformed,
  ],
  ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na", malformed],
  [
    "a coding that nobody asked for",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    malformed,
  ],
  ["a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", malformed],
  [
    "a chunk that is longer than it says",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    malformed,
  ],
  ["a field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", malformed],
  ["a folded field", "HTTP/1.1 200 OK\r\nA: x\r\n y\r\n\r\n", malformed],
  ["a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", malformed],
  ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", malformed],
  ["lines that end otherwise", "HTTP/1.1 200 OK\nContent-Length: 1\n\na", malformed],
  ["a code below all codes", "HTTP/1.1 000 OK\r\n\r\n", malformed],
  ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", malformed],
  [
    "another protocol after all",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "the server switched to another protocol",
  ],
  ["a head that is cut", "HTTP/1.1 200 OK\r\nContent-Le", "EOF"],
  ["a body that is cut", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", cut],
  ["chunks that are cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", cut],
];

/** What a server that says these bytes, in pieces of so many, is understood to have said. */
async function read(bytes: string, piece: number): Promise<Read | string> {
  const { transport } = await play((_path, { socket }) => {
    socket.setNoDelay();
    const all = Buffer.from(bytes, "latin1");
    const from = (at: number): void => {
      if (at >= all.length) socket.end();
      else socket.write(all.subarray(at, at + piece), () => setImmediate(from, at + piece));
    };
    from(0);
  });
  return transport
    .exchange({ method: "GET", path: "/", headers: {} }, { milliseconds: 0, bodyBytes: 9999 })
    .then(
      ({ status, statusText, body }) => ({ status, text: statusText, body: body?.toString() }),
      (error: unknown) => (error as Error).message,
    );
}

describe("an answer", () => {
  test.each(rows)("with %s", async (_, bytes, expected) => {
    expect(await read(bytes, bytes.length)).toEqual(expected);
  });

  test.each(rows)("is the same byte by byte: %s", async (_, bytes, expected) => {
    for (const piece of [1, 7]) expect(await read(bytes, piece)).toEqual(expected);
  });

  test("whose head never ends is refused", async () => {
    const { ask } = await play((_path, { socket }) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write("X: y\r\n".repeat(9000)));
        if (!socket.destroyed) socket.once("drain", more);
      };
      socket.write("HTTP/1.1 200 OK\r\n");
      more();
    });
    expect(await ask("/a")).toBe(`! ${malformed}`);
  });

  test("that is announced for ever is refused", async () => {
    const { ask } = await play((_path, { socket }) => {
      const timer = setInterval(() => {
        if (socket.destroyed) clearInterval(timer);
        else socket.write("HTTP/1.1 103 Early Hints\r\n\r\n");
      }, 1);
    });
    expect(await ask("/a")).toBe(`! ${malformed}`);
  });
});
