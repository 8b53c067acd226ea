import { type MessageContext, type MessageReading, readMessage } from "./message/message.ts";
import { mirrorAnswers, type MirrorAnswer } from "./mirrors.ts";

/** What the text of a failed attempt tells. */
export interface FailureText {
  readonly reading: MessageReading;
  readonly mirrors: readonly MirrorAnswer[];
}

/** The texts that were read last: hundreds of Pods fail with the same few, and to read one takes longer than all else. */
const recent = new Map<string, FailureText>();
const most = 64;
const longest = 4096;

export function readFailureText(message: string, context: MessageContext): FailureText {
  const key = JSON.stringify([message, context]);
  const known = recent.get(key);
  if (known !== undefined) return known;
  const reading = readMessage(message, context);
  const text = { reading, mirrors: mirrorAnswers(message, reading, context) };
  if (recent.size >= most) recent.clear();
  if (key.length <= longest) recent.set(key, text);
  return text;
}
