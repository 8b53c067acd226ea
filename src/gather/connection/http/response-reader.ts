import { TransportFailure } from "../answer/transport-failure.ts";

/** Field values by lower-case name; what came several times is joined by ", ", but for Set-Cookie. */
export type HttpHeaders = Readonly<Record<string, string | undefined>> & {
  readonly "set-cookie"?: string | undefined;
};

/** One response of HTTP/1.1 as it came, its content coding not yet undone. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  /** Undefined when it was too large; the rest of it was not read then. */
  readonly body: readonly Buffer[] | undefined;
  /** Whether another response may follow on this connection. */
  readonly persistent: boolean;
}

/** Bytes of a body are asked for before they are kept; false ends the reading. */
export type Admit = (bytes: number) => boolean;

/** Reads the responses of one connection, one after another. */
export interface ResponseReader {
  /** Takes what came from the peer; `done` is called for each whole response. What comes behind the last one is passed over. Throws a TransportFailure for what is no HTTP/1.1. */
  readonly take: (bytes: Buffer) => void;
  /** The peer has sent its last byte: this ends a body that has no length. */
  readonly end: () => void;
  /** Whether a byte of a response has come that is not whole yet. */
  readonly begun: () => boolean;
}

/** What a piece of a body takes beside its bytes: a server may send chunks of one byte each. */
const pieceBytes = 100;
const mostInterim = 16;
const mostTrailers = 1000;
const longestHead = 256 * 1024;
const longestLine = 16 * 1024;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const none = Buffer.alloc(0);

export const malformed = (): TransportFailure =>
  new TransportFailure("cut-body", "net/http: HTTP/1.x transport connection broken: malformed HTTP response");

/** How the end of a body is found (RFC 9112, 6.3). */
type Framing = { readonly bytes: number } | "chunked" | "until-end";

interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HttpHeaders;
  readonly framing: Framing;
  readonly persistent: boolean;
}

function readHeaders(lines: readonly string[]): HttpHeaders {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!token.test(name)) throw malformed();
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function framingOf(status: number, headers: HttpHeaders): Framing {
  if (status === 204 || status === 304) return { bytes: 0 };
  const coding = headers["transfer-encoding"];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") throw malformed();
    return "chunked";
  }
  const length = headers["content-length"];
  if (length === undefined) return "until-end";
  // Said twice it has to be the same twice.
  const [first = "", ...rest] = length.split(",").map((part) => part.trim());
  if (!/^\d{1,15}$/.test(first) || rest.some((other) => other !== first)) throw malformed();
  return { bytes: Number(first) };
}

function readHead(text: string): Head {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const [, minor, code = "", statusText = ""] =
    /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(statusLine) ?? [];
  if (minor === undefined) throw malformed();
  const status = Number(code);
  const headers = readHeaders(lines);
  const framing = framingOf(status, headers);
  const closes = /(?:^|,)\s*close\s*(?:,|$)/i.test(headers["connection"] ?? "");
  const both = headers["transfer-encoding"] !== undefined && headers["content-length"] !== undefined;
  const persistent = minor === "1" && !closes && !both && framing !== "until-end";
  return { status, statusText, headers, framing, persistent };
}

/** `admit` is asked for the body of the response that is being read. */
export function responseReader(admit: Admit, done: (response: HttpResponse) => void): ResponseReader {
  /** What is not understood yet: a part of a head or of a line. */
  let rest: Buffer = none;
  let head: Head | undefined;
  let body: Buffer[] = [];
  /** Bytes that are left of the body, or of this chunk. */
  let left = 0;
  let over = false;
  let interim = 0;
  let trailers = 0;
  let step: () => boolean = readStart;

  function finish(whole: boolean): boolean {
    if (head === undefined) return false;
    const { status, statusText, headers, persistent } = head;
    const response = { status, statusText, headers, body: whole ? body : undefined };
    head = undefined;
    body = [];
    step = readStart;
    over = !whole || !persistent;
    done({ ...response, persistent: !over });
    return !over;
  }

  function readStart(): boolean {
    // A server that speaks another protocol may never send the end of a head.
    if (!"HTTP/1.".startsWith(rest.toString("latin1", 0, Math.min(7, rest.length)))) throw malformed();
    // Nor may one that ends its lines otherwise: its head would be waited for.
    const firstLine = rest.indexOf("\n");
    if (firstLine >= 0 && rest[firstLine - 1] !== 13) throw malformed();
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) {
      if (rest.length > longestHead) throw malformed();
      return false;
    }
    const found = readHead(rest.toString("latin1", 0, end));
    rest = rest.subarray(end + 4);
    if (found.status === 101)
      throw new TransportFailure("cut-body", "the server switched to another protocol");
    if (found.status < 200) {
      interim += 1;
      if (interim > mostInterim) throw malformed();
      return true;
    }
    interim = 0;
    trailers = 0;
    head = found;
    if (found.framing === "chunked") step = readChunkSize;
    else if (found.framing === "until-end") {
      left = Number.POSITIVE_INFINITY;
      step = readBytes;
    } else {
      left = found.framing.bytes;
      step = readBytes;
      if (left === 0) return finish(true);
    }
    return true;
  }

  /** Moves what there is of the body; false when more has to come or enough was read. */
  function keep(): boolean {
    const bytes = rest.length > left ? rest.subarray(0, left) : rest;
    if (bytes.length === 0) return false;
    if (!admit(bytes.length + pieceBytes)) {
      rest = none;
      return finish(false);
    }
    body.push(bytes);
    left -= bytes.length;
    rest = rest.subarray(bytes.length);
    return left === 0;
  }

  function readBytes(): boolean {
    return keep() && finish(true);
  }

  function line(): string | undefined {
    const end = rest.indexOf("\r\n");
    if (end > longestLine || (end < 0 && rest.length > longestLine)) throw malformed();
    if (end < 0) return undefined;
    const text = rest.toString("latin1", 0, end);
    rest = rest.subarray(end + 2);
    return text;
  }

  function readChunkSize(): boolean {
    const text = line();
    if (text === undefined) return false;
    const [, size] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;|$)/.exec(text) ?? [];
    if (size === undefined) throw malformed();
    left = Number.parseInt(size, 16);
    step = left === 0 ? readTrailer : readChunk;
    return true;
  }

  function readChunk(): boolean {
    if (!keep()) return false;
    step = readChunkEnd;
    return true;
  }

  function readChunkEnd(): boolean {
    if (rest.length < 2) return false;
    if (rest[0] !== 13 || rest[1] !== 10) throw malformed();
    rest = rest.subarray(2);
    step = readChunkSize;
    return true;
  }

  function readTrailer(): boolean {
    const text = line();
    if (text === undefined) return false;
    trailers += 1;
    if (trailers > mostTrailers) throw malformed();
    return text === "" ? finish(true) : true;
  }

  return {
    take: (bytes) => {
      if (over) return;
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length > 0 && step());
      if (over) rest = none;
    },
    end: () => {
      if (head?.framing === "until-end") finish(true);
    },
    begun: () => head !== undefined || rest.length > 0,
  };
}
