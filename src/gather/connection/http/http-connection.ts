import type { Socket } from "node:net";

import { type HttpResponse, responseReader } from "./response-reader.ts";
import { brokenFailure, TransportFailure } from "../answer/transport-failure.ts";

/** A request that is to be written, and who waits for its response. */
export interface Exchange {
  readonly request: Buffer;
  /** Whether it wants a connection to itself: what may take long would hold up all that is asked behind it. */
  readonly alone: boolean;
  /** Whether so many further bytes of its body are wanted. */
  readonly admit: (bytes: number) => boolean;
  /** Nothing is asked before it on its connection any more: its time runs from here. */
  readonly itsTurn: () => void;
  readonly answered: (response: HttpResponse) => void;
  readonly failed: (failure: TransportFailure) => void;
}

/** A connection over which HTTP/1.1 is spoken: several requests may be under way, and are answered in their order (RFC 9112, 9.3.2). */
export interface HttpConnection {
  /** How many more requests it takes now. */
  readonly room: () => number;
  readonly idle: () => boolean;
  readonly holds: (exchange: Exchange) => boolean;
  readonly send: (exchange: Exchange) => void;
  /** Stops waiting for this one, which ends the connection. Returns whether a byte of its response had come. */
  readonly giveUp: (exchange: Exchange) => boolean;
  readonly close: () => void;
}

/** What a connection tells the one who opened it. */
export interface Owner {
  /** There is room again. */
  readonly roomy: () => void;
  /** It is over. These were not answered, and nothing speaks against asking them again elsewhere. */
  readonly ended: (left: readonly Exchange[]) => void;
}

/** Requests that may be under way at once. Each waits for those before it, so a larger number is no gain. */
const depth = 8;

/**
 * Speaks HTTP/1.1 over a socket that is being dialled. Until the first response has shown that the server keeps connections, one request is under way at a
 * time. A connection that breaks takes one request with it at the most: the one whose response had begun, or the first of a connection that never answered.
 */
export function openConnection(dialled: Promise<Socket>, owner: Owner): HttpConnection {
  const queue: Exchange[] = [];
  let socket: Socket | undefined;
  let proven = false;
  let over = false;

  const finish = (): void => {
    if (over) return;
    over = true;
    socket?.destroy();
    owner.ended(queue.splice(0));
  };

  const broken = (failure: TransportFailure): void => {
    if (over) return;
    if (!proven || reader.begun()) queue.shift()?.failed(failure);
    finish();
  };

  const reader = responseReader(
    (bytes) => queue[0]?.admit(bytes) === true,
    (response) => {
      const asked = queue.shift();
      // Nobody asked: what else comes would be taken for the answer to another request.
      if (over || asked === undefined) return finish();
      proven = true;
      asked.answered(response);
      if (!response.persistent) return finish();
      queue[0]?.itsTurn();
      owner.roomy();
    },
  );

  const take = (bytes: Buffer): void => {
    if (over) return;
    if (queue.length === 0) return finish();
    try {
      reader.take(bytes);
    } catch (error) {
      queue.shift()?.failed(error instanceof TransportFailure ? error : brokenFailure(error, true));
      return finish();
    }
    // The beginning of what nobody asked for.
    if (queue.length === 0 && reader.begun()) finish();
  };

  const write = ({ request }: Exchange): void => {
    if (socket === undefined) return;
    // What is sent in one turn goes out in one piece.
    if (socket.writableCorked === 0) {
      const corked = socket;
      corked.cork();
      process.nextTick(() => corked.uncork());
    }
    socket.write(request);
  };

  const opened = (made: Socket): void => {
    // Later errors of a socket that is given up concern nobody; this listener hears them.
    made.on("error", (error) => broken(brokenFailure(error, reader.begun())));
    if (over) {
      made.destroy();
      return;
    }
    socket = made;
    made.on("data", take);
    made.on("end", () => {
      reader.end();
      broken(brokenFailure(undefined, reader.begun()));
    });
    made.on("close", () => broken(brokenFailure(undefined, reader.begun())));
    for (const exchange of queue) write(exchange);
  };

  dialled.then(opened, (error: unknown) =>
    broken(error instanceof TransportFailure ? error : brokenFailure(error, false)),
  );

  return {
    room: () => (over || queue.some(({ alone }) => alone) ? 0 : (proven ? depth : 1) - queue.length),
    idle: () => queue.length === 0,
    holds: (exchange) => queue.includes(exchange),
    send: (exchange) => {
      if (queue.push(exchange) === 1) exchange.itsTurn();
      write(exchange);
    },
    giveUp: (exchange) => {
      const begun = queue[0] === exchange && reader.begun();
      queue.splice(queue.indexOf(exchange), 1);
      finish();
      return begun;
    },
    close: finish,
  };
}
