import { kindOf } from "./kind.ts";
import { type FailureKind, kinds } from "./kinds.ts";
import type { MessageReading } from "./reading.ts";
import { httpStatus } from "./status.ts";

/** What a registry tells of a request of its own, to the registry that it has the image from. */
export interface Behind {
  readonly kind: FailureKind;
  readonly passedOn: MessageReading["passedOn"];
  /** Why that one was not reached, or did not answer well. */
  readonly behind?: FailureKind;
}

/** OpenShift's image-registry, of a tag that it pulls through, with the whole error in its own (pkg/errors, 3.9 on). */
const pulledThrough = /\bunable to pull manifest from <name>: ([^]{1,4096})/;
/** Before, the error went into the answer's details: Go's url.Error, whole. */
const detailed = /"detail\\*":\{\\*"Op\\*":\\*"(?:Get|Head|Post)\\*",\\*"URL\\*":/;

export function behindOf(error: string, masked: string): Behind | undefined {
  if (detailed.test(error)) return { kind: "registry-server-error", passedOn: "unreached" };
  const inner = pulledThrough.exec(masked)?.[1];
  if (inner === undefined) return undefined;
  const kind = kindOf({ masked: inner, phase: "manifest", status: httpStatus(inner) });
  if (kind === "rate-limited") return { kind, passedOn: 429 };
  if (kinds[kind].refusal === true) return { kind: "registry-server-error", passedOn: "refusal" };
  const { reached, anywhere } = kinds[kind];
  // What is absent there is absent here, and of what has no words nothing is known.
  return reached === "way" || anywhere === true
    ? { kind: "registry-server-error", passedOn: "unreached", behind: kind }
    : undefined;
}
