/**
 * What differs between the runtimes that the program is shipped with, Node from npm and Bun in the executables. The only file that knows of Bun.
 */

/** As much of Bun's own interface as is used (Bun 1.4); Node has nothing of that name. */
interface Bun {
  readonly unsafe?: { readonly setJITPolicy?: (scale: number) => void };
}

const bun = process.versions["bun"];

/** What runs the program, for `version`. */
export const runtimeName: string = bun === undefined ? `Node ${process.versions.node}` : `Bun ${bun}`;

/** A request that the runtime itself sends, with whom it trusts and who it is, as PEM. */
export interface OwnRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly tls: {
    readonly ca: readonly string[];
    readonly cert?: Buffer | string;
    readonly key?: Buffer | string;
  };
}

/** Bun goes on waiting for a request that it could not even begin, with a key that does not fit its certificate: nothing but an exit ends that (1.4). */
let mayHang = false;

/** One of them has requests printed, logins and all; who sets any is served without Bun's own client. */
const hasVariables = Object.keys(process.env).some((name) => name.startsWith("BUN_"));

/** GET by the HTTP/2 of Bun's own client, which follows and decompresses nothing here. Node has none: its fetch speaks HTTP/1.1. */
export const ownHttp2: ((url: string, request: OwnRequest) => Promise<Response>) | undefined =
  bun === undefined || hasVariables
    ? undefined
    : (url, request) => {
        const options: RequestInit & object = { ...request, redirect: "manual" };
        const answer = fetch(url, Object.assign(options, { protocol: "http2", decompress: false }));
        answer.catch(() => (mayHang = true));
        return answer;
      };

/** Ends the process once all is written, where the runtime would go on waiting for what never comes. */
export function endOverdue(): void {
  if (mayHang) process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

/** Settings of the user's Node that are not for us, and an end that does not wait. */
export function prepareRuntime(): void {
  // Whom to trust is the kubeconfig's business; Node would warn of this one even where it is overruled.
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  // Bun reads it when HTTP is loaded, and warns on standard error. Node has read it before.
  delete process.env["NODE_DEBUG"];
  // Nothing is left to do or to write: ending here saves taking the engine apart.
  process.once("beforeExit", (code) => process.exit(code));
}

/** A plain answer about one Pod reads a tenth of it. */
const muchBytes = 256 * 1024;
let bytesRead = 0;

/**
 * To be told of what is about to be parsed. The executables start with a compiler that waits a thousand times as long as usual before it makes machine code
 * (scripts/packaging/executable.ts), since a plain answer is over before that pays; once much was read, it no longer does. Node's compiler is never held back.
 * V8 doubles the room for new objects up to 32 MiB and more while much is parsed, nearly all of which is dropped at once: of
 * 10,000 Pods that is a third of the peak (Node 24). Once much is read, the room stays as it is.
 */
export function noteBytesRead(bytes: number): void {
  const before = bytesRead;
  bytesRead += bytes;
  if (before > muchBytes || bytesRead <= muchBytes) return;
  const { Bun } = globalThis as { readonly Bun?: Bun };
  if (Bun === undefined)
    process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
  else Bun.unsafe?.setJITPolicy?.(1);
}
