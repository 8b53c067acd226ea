import { createPaint } from "../../report/paint.ts";
import { redactMessage } from "../../evidence/gate/message-redaction.ts";
import { wholeMeaning } from "../../pull/message/meaning.ts";
import { type MessageReading, readMessage } from "../../pull/message/message.ts";
import { printableLine } from "../../text/printable.ts";
import { wrap } from "../../text/wrap.ts";
import { isCause } from "../../rules/causes.ts";
import type { PageStyle } from "./page-view.ts";
import { messagesIn, type PastedMessage } from "./pasted-text.ts";

/** A message and what it proves. `message` is without what could be a login. */
export interface ReadText {
  readonly message: string;
  readonly reading: MessageReading;
}

/**
 * Reads a pasted text: as one message, or the messages in it, each reading once. Of several the bare back-offs and what
 * has nothing to do with images are left out, unless there is nothing else.
 */
export async function readPasted(text: string): Promise<readonly ReadText[]> {
  const found = await messagesIn(text);
  const read = found.map(readOne);
  const telling = read.filter(
    ({ reading }) =>
      (reading.kind !== "unknown" || reading.dockerConfigError !== undefined) &&
      reading.kind !== "backoff-only",
  );
  const distinct = new Map(telling.map((one) => [JSON.stringify(toMessageReading(one.reading)), one]));
  if (distinct.size > 0) return [...distinct.values()];
  // A cause that nobody knows says more than a back-off, which has none.
  const rest = read.toSorted(
    (a, b) => Number(b.reading.kind === "unknown") - Number(a.reading.kind === "unknown"),
  );
  return rest.slice(0, 1);
}

function readOne({ text, reason, otherwise }: PastedMessage): ReadText {
  const context = reason === undefined ? {} : { reason };
  const first = { message: redactMessage(text), reading: readMessage(text, context) };
  if (otherwise === undefined || first.reading.kind !== "unknown") return first;
  const second = { message: redactMessage(otherwise), reading: readMessage(otherwise, context) };
  return second.reading.kind === "unknown" ? first : second;
}

/** As -o json prints it. */
export function toMessageReading({ kind, stage, runtime, sent, meaning }: MessageReading): object {
  return {
    apiVersion: "why-pull/v1",
    kind: "MessageReading",
    failure: { kind, stage, runtime },
    sent,
    meaning: wholeMeaning(meaning),
  };
}

const shownMessage = 300;

/** For people. Several readings are told apart by their messages. */
export function renderReadings(all: readonly ReadText[], style: PageStyle): string {
  const paint = createPaint(style.colorLevel);
  return all
    .map(({ message, reading }) => {
      const { kind, stage, runtime, sent, meaning } = reading;
      const line = printableLine(message);
      const shown = line.length > shownMessage ? `${line.slice(0, shownMessage)}…` : line;
      return [
        ...(all.length > 1 ? [...wrap(shown, style.width).map((one) => paint.dim(one)), ""] : []),
        ...wrap(printableLine(wholeMeaning(meaning)), style.width).map((one) => paint.bold(one)),
        "",
        `kind     ${kind}`,
        `stage    ${stage}`,
        `runtime  ${runtime}`,
        `sent     ${sent}`,
        isCause(kind)
          ? `page     kubectl why-pull explain ${kind}`
          : "cause    kubectl why-pull POD -n NAMESPACE tells it from the Pod and what it names",
        "",
      ].join("\n");
    })
    .join("\n");
}
