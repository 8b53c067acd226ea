import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:tls";
import { createSecureContext } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";

import { openTransport, type Transport } from "../../src/gather/connection/http/exchange.ts";
import { TransportFailure } from "../../src/gather/connection/answer/transport-failure.ts";
import { readCertificate } from "../api-server.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

// RFC 9113, section 6.
const kinds = { data: 0, headers: 1, reset: 3, settings: 4, push: 5, goaway: 7, continuation: 9 } as const;
const endStream = 1;
const endHeaders = 4;
/** Codes of RFC 9113, section 7. */
const [noError, internalError, refusedStream] = [0, 2, 7];

function frame(kind: keyof typeof kinds, flags: number, stream: number, payload: Buffer | string): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head.writeUInt8(kinds[kind], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** HPACK (RFC 7541): `:status: 200` of the static table, and literals that are not indexed. */
const ok = Buffer.from([0x88]);
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
const earlyHints = Buffer.concat([Buffer.from([0x08, 3]), Buffer.from("103")]);

const head = (stream: number, more: Buffer = Buffer.alloc(0), flags = endHeaders): Buffer =>
  frame("headers", flags, stream, Buffer.concat([ok, more]));
const answer = (stream: number, body: string): Buffer =>
  Buffer.concat([head(stream), frame("data", endStream, stream, body)]);

interface Play {
  readonly transport: Transport;
  readonly connections: () => number;
  /** The body, or the failure's message. */
  readonly ask: (milliseconds?: number) => Promise<string>;
}

/** A server that says for each request what it likes, in frames; `nth` counts its connections. */
async function play(serve: (socket: Socket, stream: number, nth: number) => void): Promise<Play> {
  const sockets: Socket[] = [];
  const server = createServer(
    { cert: readCertificate("server.crt"), key: readCertificate("server.key"), ALPNProtocols: ["h2"] },
    (socket) => {
      const nth = sockets.push(socket);
      socket.on("error", () => undefined);
      socket.write(frame("settings", 0, 0, ""));
      let rest = Buffer.alloc(0);
      let preface = true;
      socket.on("data", (bytes: Buffer) => {
        rest = Buffer.concat([rest, bytes]);
        if (preface && rest.length >= 24) {
          rest = rest.subarray(24);
          preface = false;
        }
        if (preface) return;
        while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
          const kind = rest[3];
          const stream = rest.readUInt32BE(5);
          rest = rest.subarray(9 + rest.readUIntBE(0, 3));
          if (kind === kinds.headers) serve(socket, stream, nth);
        }
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const context = createSecureContext({ ca: readCertificate("ca.crt") });
  const transport = openTransport({
    host: "127.0.0.1",
    port,
    secure: true,
    tls: { context, serverName: "127.0.0.1", verify: true },
  });
  closing.push(() => {
    transport.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const ask: Play["ask"] = (milliseconds = 0) =>
    transport.exchange({ method: "GET", path: "/", headers: {} }, { milliseconds, bodyBytes: 9999 }).then(
      ({ body }) => body?.toString() ?? "too large",
      (error: unknown) => {
        if (!(error instanceof TransportFailure)) return String(error);
        return `! ${error.kind}: ${error.message}${error.again ? ", which may be asked again" : ""}`;
      },
    );
  return { transport, connections: () => sockets.length, ask };
}

const malformed = "! cut-body: net/http: HTTP/2 transport connection broken: malformed HTTP response";
const cut = "! cut-body: unexpected error when reading response body: unexpected EOF";

describe("an answer by HTTP/2", () => {
  const rows: readonly (readonly [string, (stream: number) => readonly Buffer[], string])[] = [
    ["is read to its end", (at) => [answer(at, "abc")], "abc"],
    [
      "may be in pieces",
      (at) => [head(at), frame("data", 0, at, "ab"), frame("data", endStream, at, "c")],
      "abc",
    ],
    ["may have none", (at) => [head(at, undefined, endHeaders | endStream)], ""],
    [
      "may come after early hints",
      (at) => [frame("headers", endHeaders, at, earlyHints), answer(at, "abc")],
      "abc",
    ],
    [
      "may have trailers",
      (at) => [
        head(at),
        frame("data", 0, at, "abc"),
        frame("headers", endHeaders | endStream, at, literal("x", "y")),
      ],
      "abc",
    ],
    [
      "is cut when it is shorter than announced",
      (at) => [head(at, literal("content-length", "5")), frame("data", endStream, at, "abc")],
      cut,
    ],
    [
      "is cut when it is reset within",
      (at) => [head(at), frame("data", 0, at, "abc"), frame("reset", 0, at, number(internalError))],
      cut,
    ],
    [
      "is too large where the limit is passed",
      (at) => [head(at), frame("data", endStream, at, "x".repeat(12_000))],
      "too large",
    ],
    [
      "is none when the stream is reset",
      (at) => [frame("reset", 0, at, number(internalError))],
      "! cut-body: stream error: stream ID 1; INTERNAL_ERROR; received from peer",
    ],
    [
      "may be asked for again when the stream is refused",
      (at) => [frame("reset", 0, at, number(refusedStream))],
      "! cut-body: stream error: stream ID 1; REFUSED_STREAM; received from peer, which may be asked again",
    ],
    ["is no other protocol", () => [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")], malformed],
    ["is no data without a head", (at) => [frame("data", endStream, at, "abc")], malformed],
    ["has no field of a name that is none", (at) => [head(at, literal("A b", "c"))], malformed],
    [
      "is not what the server pushes",
      (at) => [
        frame(
          "push",
          endHeaders,
          at,
          Buffer.concat([number(2), Buffer.from([0x82, 0x84, 0x87, 0x41, 1, 0x78])]),
        ),
        answer(2, "pushed"),
        answer(at, "abc"),
      ],
      "abc",
    ],
    [
      "does not go on in the middle of a head",
      (at) => [head(at, undefined, 0), frame("data", 0, at, "a")],
      malformed,
    ],
  ];
  // Bun 1.4 waits on after data without a head, until --request-timeout, and ends a connection whose server pushes.
  const differsOnBun = (title: string): boolean =>
    process.versions["bun"] !== undefined &&
    (title === "is no data without a head" || title === "is not what the server pushes");
  test.each(rows.filter(([title]) => !differsOnBun(title)))("%s", async (_title, said, expected) => {
    const { ask } = await play((socket, stream) => void socket.write(Buffer.concat(said(stream))));
    expect(await ask()).toBe(expected);
  });

  test.each([
    ["interim answers", (at: number) => frame("headers", endHeaders, at, earlyHints)],
    [
      "a head",
      (at: number, first: boolean) =>
        first ? frame("headers", 0, at, ok) : frame("continuation", 0, at, literal("x", "y".repeat(100))),
    ],
  ] as const)("that never ends is refused: %s", async (_title, piece) => {
    const { ask } = await play((socket, stream) => {
      let first = true;
      const more = (): void => {
        do {
          if (socket.destroyed) return;
        } while (socket.write(piece(stream, first)) && !(first = false));
        first = false;
        socket.once("drain", more);
      };
      more();
    });
    expect(await ask()).toBe(malformed);
  });

  test("is waited for as long as was said", async () => {
    const { ask } = await play((socket, stream) => void socket.write(head(stream)));
    expect(await ask(100)).toBe(
      "! timeout: net/http: request canceled (Client.Timeout or context cancellation while reading body)",
    );
    const silent = await play(() => undefined);
    expect(await silent.ask(100)).toBe("! timeout: context deadline exceeded");
  });
});

describe("a connection of HTTP/2", () => {
  test("carries all requests, and loses only what is reset", async () => {
    const { ask, connections } = await play(
      (socket, stream) =>
        void socket.write(
          stream === 3 ? frame("reset", 0, stream, number(internalError)) : answer(stream, `${stream}`),
        ),
    );
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(answers.filter((one) => one.startsWith("!"))).toHaveLength(1);
    expect(connections()).toBe(1);
  });

  test("is made anew when the server shuts down, and what it had not begun may be asked again", async () => {
    const { ask, connections } = await play((socket, stream, nth) => {
      if (nth > 1) socket.write(answer(stream, "later"));
      else if (stream === 1) socket.write(answer(stream, "first"));
      else socket.write(frame("goaway", 0, 0, Buffer.concat([number(1), number(noError)])));
    });
    expect(await ask()).toBe("first");
    expect(await ask()).toMatch(/which may be asked again$/);
    expect(await ask()).toBe("later");
    expect(connections()).toBe(2);
  });

  test("that breaks before an answer may be made again", async () => {
    const { ask, connections } = await play((socket, stream, nth) => {
      if (nth === 1) socket.destroy();
      else socket.write(answer(stream, "abc"));
    });
    expect(await ask()).toMatch(
      /^! cut-body: (EOF|read: connection reset by peer), which may be asked again$/,
    );
    expect(await ask()).toBe("abc");
    expect(connections()).toBe(2);
  });

  test("is cancelled with all that is under way when the transport is closed", async () => {
    const { ask, transport } = await play((socket, stream) => void socket.write(head(stream)));
    const asked = [ask(), ask()];
    await new Promise((resolve) => setTimeout(resolve, 50));
    transport.close();
    expect(await Promise.all(asked)).toEqual(asked.map(() => "! cancelled: context canceled"));
  });
});
