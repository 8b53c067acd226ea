import { isIPv4, isIPv6, type Socket } from "node:net";

import { hostPort } from "./server-url.ts";
import { TransportFailure } from "../answer/transport-failure.ts";

/** Where a tunnel shall end, and the login for the proxy. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly userInfo: { readonly username: string; readonly password: string } | undefined;
}

const unexpectedEnd = (): TransportFailure => new TransportFailure("refused", "unexpected EOF");

/**
 * Reads from a socket until `take` has what it wants. What came too early is put back: it belongs to the tunnel.
 * `take` returns how many bytes it used, or undefined to wait for more.
 */
function read<T>(
  socket: Socket,
  take: (bytes: Buffer) => { readonly used: number; readonly value: T } | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const finish = (): void => {
      socket.pause();
      socket.off("data", data).off("end", ended).off("error", ended).off("close", ended);
    };
    const ended = (): void => {
      finish();
      reject(unexpectedEnd());
    };
    const data = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      let taken: ReturnType<typeof take>;
      try {
        taken = bytes.length > 65_536 ? { used: 0, value: undefined as T } : take(bytes);
        if (bytes.length > 65_536)
          throw new TransportFailure("refused", "proxy sent too much before the tunnel");
      } catch (error) {
        finish();
        reject(error instanceof Error ? error : unexpectedEnd());
        return;
      }
      if (taken === undefined) return;
      finish();
      if (taken.used < bytes.length) socket.unshift(bytes.subarray(taken.used));
      resolve(taken.value);
    };
    socket.on("data", data).on("end", ended).on("error", ended).on("close", ended);
    socket.resume();
  });
}

/** Asks an HTTP proxy for a tunnel. Its refusal is worded as net/http does: the text of its status line. */
export async function connectThrough(socket: Socket, { host, port, userInfo }: Target): Promise<void> {
  const authority = hostPort(host, port);
  const login =
    userInfo === undefined
      ? ""
      : `Proxy-Authorization: Basic ${Buffer.from(`${userInfo.username}:${userInfo.password}`).toString("base64")}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login}\r\n`);
  const statusLine = await read(socket, (bytes) => {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [line = ""] = bytes.subarray(0, end).toString("latin1").split("\r\n");
    return { used: end + 4, value: line };
  });
  const [, code = "", text = ""] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  if (code === "")
    throw new TransportFailure("refused", "proxyconnect tcp: malformed HTTP response from the proxy");
  if (code !== "200") throw new TransportFailure("refused", text === "" ? `proxy answered ${code}` : text);
}

// Replies of RFC 1928, section 6, in the words of golang.org/x/net/internal/socks.
const socksReplies: Record<number, string> = {
  1: "general SOCKS server failure",
  2: "connection not allowed by ruleset",
  3: "network unreachable",
  4: "host unreachable",
  5: "connection refused",
  6: "TTL expired",
  7: "command not supported",
  8: "address type not supported",
};

/** Asks a SOCKS5 proxy for a tunnel (RFC 1928, login by RFC 1929). Names are resolved by the proxy, as Go leaves them to it. */
export async function socksThrough(socket: Socket, target: Target): Promise<void> {
  const { host, port, userInfo } = target;
  const fail = (words: string): TransportFailure =>
    new TransportFailure("refused", `socks connect tcp ${hostPort(host, port)}: ${words}`);
  const exactly = (count: number) => (bytes: Buffer) => {
    if (bytes[0] !== undefined && bytes[0] !== 5) throw fail(`unexpected protocol version ${bytes[0]}`);
    return bytes.length < count ? undefined : { used: count, value: bytes.subarray(0, count) };
  };
  socket.write(userInfo === undefined ? Buffer.from([5, 1, 0]) : Buffer.from([5, 2, 0, 2]));
  const [, method] = await read(socket, exactly(2));
  if (method === 2 && userInfo !== undefined) {
    const name = Buffer.from(userInfo.username);
    const password = Buffer.from(userInfo.password);
    if (name.length > 255 || password.length > 255) throw fail("invalid username/password");
    socket.write(
      Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]),
    );
    const accepted = await read(socket, (bytes) =>
      bytes.length < 2 ? undefined : { used: 2, value: bytes[1] === 0 },
    );
    if (!accepted) throw fail("username/password authentication failed");
  } else if (method !== 0) throw fail("no acceptable authentication methods");
  const end = Buffer.alloc(2);
  end.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksAddress(host), end]));
  const reply = await read(socket, (bytes) => {
    const head = exactly(5)(bytes);
    if (head === undefined) return undefined;
    const kind = bytes[3];
    const length = kind === 1 ? 10 : kind === 4 ? 22 : 7 + (bytes[4] ?? 0);
    return bytes.length < length ? undefined : { used: length, value: bytes[1] ?? 1 };
  });
  if (reply !== 0) throw fail(socksReplies[reply] ?? `unknown code: ${reply}`);
}

function socksAddress(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split(".").map(Number)]);
  if (isIPv6(host)) {
    const [before = "", after] = host.split("%")[0]?.split("::") ?? [];
    const groups = (text: string | undefined): number[] =>
      (text ?? "")
        .split(":")
        .filter(Boolean)
        .flatMap((group) => {
          if (group.includes(".")) {
            const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
            return [a * 256 + b, c * 256 + d];
          }
          return [Number.parseInt(group, 16)];
        });
    const [left, right] = [groups(before), groups(after)];
    const all = [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
    return Buffer.from([4, ...all.flatMap((group) => [group >> 8, group & 255])]);
  }
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}
