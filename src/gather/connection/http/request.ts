import { type Route } from "./dial.ts";
import { hostPort } from "./server-url.ts";

/** One HTTP request below the server's address. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Path with query, the server's prefix included. */
  readonly path: string;
  /** Bytes as latin1. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
  /** Whether a good answer is wanted as soon as its head has come, since its body goes on for as long as it is read. */
  readonly live?: boolean;
}

/** Throws TypeError for what would be more than one request: whoever made it has let a line break through. */
export function refuseControlCharacters({ path, headers }: HttpRequest): void {
  const words = Object.entries(headers).flat(2);
  if ([path, ...words].some((word) => /[\0-\x08\n-\x1f\x7f]/.test(word)) || /\s/.test(path))
    throw new TypeError("a request with a control character in it");
}

/** Host and port of a server as a request names them: without the scheme's own port. */
export function authorityOf({ host, port, secure }: Pick<Route, "host" | "port" | "secure">): string {
  const whole = hostPort(host, port);
  return port === (secure ? 443 : 80) ? whole.replace(/:\d+$/, "") : whole;
}

/** The value of a Basic Authorization header. */
export const basicLogin = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
