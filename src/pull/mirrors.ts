import { defined } from "../evidence/field.ts";
import type { FailureKind } from "./message/kinds.ts";
import { parseImageReference } from "./image-reference.ts";
import { imageError, splitMirrors } from "./message/aggregate.ts";
import {
  aggregateParts,
  type MessageContext,
  type MessageReading,
  readMessage,
  unwrapKubelet,
} from "./message/message.ts";

/** What a mirror answered that the node's runtime asked before the image's own registry. */
export interface MirrorAnswer {
  /** With its port, where it is not the default one. */
  readonly host: string;
  readonly kind: FailureKind;
  readonly status?: number;
  /** The mirror's own error, as the runtime prints it. */
  readonly error: string;
}

/**
 * The mirrors that a message, which was read already, tells of, in the order in which they were asked. CRI-O lists all of them and the registry's
 * own answer last (containers/image docker/docker_image_src.go, 5.0-5.36), unless the registry is not to be asked at
 * all. containerd keeps one error of several hosts, and marks a mirror's by `?ns=` (core/remotes/docker/resolver.go, 1.4
 * on): then what the registry answered is not in the text.
 */
export function mirrorAnswers(
  message: string,
  { image, mirror, host, kind, status }: MessageReading,
  context: MessageContext,
): readonly MirrorAnswer[] {
  const listed = aggregateParts(unwrapKubelet(message).error ?? "").flatMap((part) => {
    const error = imageError(part);
    if (!error.includes(mark)) return [];
    const { origin, mirrors } = splitMirrors(error);
    const all = mirrors.flatMap((one) => readAnswer(one, context) ?? []);
    const last = readAnswer(origin, context);
    return last === undefined || last.host === registryOf(image ?? "") ? all : [...all, last];
  });
  if (listed.length > 0) return distinct(listed);
  return mirror === true && host !== undefined
    ? [{ host, kind, error: unwrapKubelet(message).error ?? message, ...defined({ status }) }]
    : [];
}

const mark = "(Mirrors also failed:";

/** `host:5000/path@sha256:…: reading manifest …: unauthorized` */
function readAnswer(text: string, context: MessageContext): MirrorAnswer | undefined {
  const [, name = "", error = ""] = /^(\S{1,1024}?):\s+(.+)$/s.exec(text) ?? [];
  const reference = parseImageReference(name);
  if (!reference.ok || !reference.hostGiven) return undefined;
  const { kind, status } = readMessage(error, context);
  return { host: reference.registry, kind, error, ...defined({ status }) };
}

function registryOf(image: string): string | undefined {
  const reference = parseImageReference(image);
  return reference.ok ? reference.registry : undefined;
}

/** Several logins bring the same answers several times. */
function distinct(answers: readonly MirrorAnswer[]): readonly MirrorAnswer[] {
  return answers.filter(
    ({ host, error }, index) =>
      answers.findIndex((other) => other.host === host && other.error === error) === index,
  );
}
