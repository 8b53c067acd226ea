import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";

import { type HttpResponse, responseReader } from "../../src/gather/connection/http/response-reader.ts";
import { TransportFailure } from "../../src/gather/connection/answer/transport-failure.ts";

interface Read {
  readonly status: number;
  readonly text: string;
  readonly body: string | undefined;
  readonly persistent: boolean;
}

/** Everything that is read from these bytes, given in pieces of so many; a failure ends the list as its message. */
function read(bytes: string, piece = bytes.length, limit = Number.POSITIVE_INFINITY): (Read | string)[] {
  const found: (Read | string)[] = [];
  let admitted = 0;
  const reader = responseReader(
    (count) => (admitted += count) <= limit,
    ({ status, statusText, body, persistent }: HttpResponse) =>
      found.push({
        status,
        text: statusText,
        body: body === undefined ? undefined : Buffer.concat(body).toString(),
        persistent,
      }),
  );
  const all = Buffer.from(bytes, "latin1");
  try {
    for (let at = 0; at < all.length; at += piece) reader.take(all.subarray(at, at + piece));
    const begun = reader.begun();
    const before = found.length;
    reader.end();
    if (begun && found.length === before) found.push("cut");
  } catch (error) {
    found.push(error instanceof TransportFailure ? error.message : String(error));
  }
  return found;
}

const malformed = "net/http: HTTP/1.x transport connection broken: malformed HTTP response";
const ok = (body: string, persistent = true): Read => ({ status: 200, text: "OK", body, persistent });

const rows: readonly (readonly [sentence: string, bytes: string, expected: readonly (Read | string)[]])[] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", [ok("abc")]],
  ["no body at all", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [ok("")]],
  [
    "two answers in their order",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\ncontent-length: 1\r\n\r\nb",
    [ok("a"), { status: 404, text: "Not Found", body: "b", persistent: true }],
  ],
  [
    "chunks with an extension and trailers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
    [ok("abc0123456789")],
  ],
  ["a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nabc", [ok("abc", false)]],
  [
    "a server that will close",
    "HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\nContent-Length: 1\r\n\r\na",
    [ok("a", false)],
  ],
  ["HTTP/1.0, which keeps nothing", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", [ok("a", false)]],
  [
    "interim answers",
    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
    [ok("a")],
  ],
  ["no words behind the code", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", [{ ...ok("a"), text: "" }]],
  [
    "204, whatever it announces",
    "HTTP/1.1 204 No Content\r\n\r\n",
    [{ status: 204, text: "No Content", body: "", persistent: true }],
  ],
  [
    "a length said twice alike",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    [ok("a")],
  ],
  [
    "chunks win over a length, and nothing follows",
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    [ok("a", false)],
  ],
  [
    "a length said twice otherwise",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
    [malformed],
  ],
  ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na", [malformed]],
  [
    "a coding that nobody asked for",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    [malformed],
  ],
  ["a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", [malformed]],
  [
    "a chunk that is longer than it says",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    [malformed],
  ],
  ["a field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", [malformed]],
  ["a folded field", "HTTP/1.1 200 OK\r\nA: x\r\n y\r\n\r\n", [malformed]],
  ["a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", [malformed]],
  ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", [malformed]],
  ["lines that end otherwise", "HTTP/1.1 200 OK\nContent-Length: 1\n\na", [malformed]],
  ["a code below all codes", "HTTP/1.1 000 OK\r\n\r\n", [malformed]],
  ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", [malformed]],
  [
    "another protocol after all",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ["the server switched to another protocol"],
  ],
  ["a head that is cut", "HTTP/1.1 200 OK\r\nContent-Le", ["cut"]],
  ["a body that is cut", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ["cut"]],
  ["chunks that are cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", ["cut"]],
];

describe("an answer", () => {
  test.each(rows)("with %s", (_, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });

  test.each(rows)("is the same byte by byte: %s", (_, bytes, expected) => {
    for (const piece of [1, 2, 3, 7]) expect(read(bytes, piece)).toEqual(expected);
  });

  test("that is too large is given up where the limit is passed", () => {
    expect(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcdefghi", 4, 5)).toEqual([
      { status: 200, text: "OK", body: undefined, persistent: false },
    ]);
  });

  test("whose head never ends is refused", () => {
    expect(read(`HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(60_000)}`, 65_536)).toEqual([malformed]);
    expect(read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"0".repeat(20_000)}`, 4096)).toEqual([
      malformed,
    ]);
  });

  test("of a real server is read as it was meant, from many in a row", async () => {
    const server = createServer((request, response) => {
      const size = Number(request.url?.slice(1));
      // Node sends what is written at once with a length, and the rest in chunks.
      if (size % 2 === 0) response.end("x".repeat(size));
      else {
        response.write("x");
        response.end("x".repeat(size - 1));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const sizes = [0, 1, 2, 100_000, 3, 65_537, 4];
    const bodies = await new Promise<number[]>((resolve, reject) => {
      const got: number[] = [];
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      const reader = responseReader(
        () => true,
        ({ body = [] }) => {
          got.push(Buffer.concat(body).length);
          if (got.length === sizes.length) resolve(got);
        },
      );
      socket.on("error", reject).on("data", (bytes) => reader.take(bytes));
      socket.write(sizes.map((size) => `GET /${size} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
    });
    server.closeAllConnections();
    server.close();
    expect(bodies).toEqual(sizes);
  });
});
