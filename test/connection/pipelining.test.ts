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
  readonly ask: (path: string, more?: { slow?: boolean; milliseconds?: number }) => Promise<string>;
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
  const ask: Play["ask"] = (path, { slow = false, milliseconds = 0 } = {}) =>
    transport.exchange({ method: "GET", path, headers: {}, slow }, { milliseconds, bodyBytes: 1000 }).then(
      ({ body }: HttpAnswer) => body?.toString() ?? "too large",
      (error: unknown) => (error instanceof TransportFailure ? `! ${error.message}` : String(error)),
    );
  return { transport, connections, ask };
}

const answer = ({ socket }: Connection, body: string, more = ""): void =>
  void socket.write(`HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`);

const several = ["/b", "/c", "/d", "/e"];

describe("requests of one round", () => {
  test("go out on one connection, once it has answered", async () => {
    const { connections, ask } = await play((path, connection) => answer(connection, path));
    expect(await ask("/a")).toBe("/a");
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    expect(connections.map(({ asked }) => asked)).toEqual([["/a", ...several]]);
  });

  test("go out on connections of their own while none has answered", async () => {
    const { connections, ask } = await play((path, connection) => answer(connection, path));
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    expect(connections.every(({ asked }) => asked.length >= 1)).toBe(true);
    expect(connections.length).toBeGreaterThan(1);
  });

  test("do not wait behind one that may take long", async () => {
    const { ask, connections } = await play((path, connection) => {
      if (path !== "/slow") answer(connection, path);
    });
    await ask("/a");
    const slow = ask("/slow", { slow: true, milliseconds: 300 });
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    expect(await slow).toBe("! context deadline exceeded");
    expect(connections.find(({ asked }) => asked.includes("/slow"))?.asked.at(-1)).toBe("/slow");
  });

  test("are asked again, one by one, of a server that closes after each answer without a word", async () => {
    const { ask, connections } = await play((path, connection) => {
      if (connection.asked.length > 1) return;
      answer(connection, path);
      setTimeout(() => connection.socket.end(), 5);
    });
    expect(await ask("/a")).toBe("/a");
    expect(await Promise.all(several.map((path) => ask(path)))).toEqual(several);
    for (const path of several)
      expect(connections.filter(({ asked }) => asked.includes(path)).length).toBeGreaterThan(0);
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
    const { ask, connections } = await play((path, connection) => {
      if (path === "/c") connection.socket.destroy();
      else answer(connection, path);
    });
    await ask("/a");
    const [b, c, d, e] = await Promise.all(several.map((path) => ask(path)));
    expect([b, d, e]).toEqual(["/b", "/d", "/e"]);
    expect(c).toMatch(/^! (EOF|read: connection reset by peer)$/);
    // Once behind an answered one, where the connection may just have been old, and once first.
    expect(connections.filter(({ asked }) => asked.includes("/c")).length).toBeLessThanOrEqual(3);
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
    const asked = several.map((path) => ask(path, path === "/c" ? { milliseconds: 200 } : {}));
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
    expect(await Promise.all(several.map((path) => ask(path, { milliseconds: 200 })))).toEqual([
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
