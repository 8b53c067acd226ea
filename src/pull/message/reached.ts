import type { Sent } from "./kind-facts.ts";
import { type FailureKind, kinds, rankOf } from "./kinds.ts";
import type { Stage } from "../stage.ts";
import type { Phase } from "./phase.ts";

/** Whoever was asked last did not answer, or not well: the ping, the token server, the manifest, a blob. */
const ofPhase: Readonly<Partial<Record<Phase, Stage>>> = {
  ping: "connect",
  token: "authenticate",
  manifest: "manifest",
  content: "content",
};

/** Where on the way it struck, as the causes of the same names have it; nearer, where the text shows what was asked. */
export function stageOf(kind: FailureKind, phase: Phase): Stage {
  const { stage, anywhere } = kinds[kind];
  if (anywhere === true) return ofPhase[phase] ?? stage;
  // The connection to a blob store breaks, and a blob store refuses, after everything before it went well.
  const late = stage === "connect" || kind === "forbidden" || kind === "auth-required";
  return phase === "content" && late ? "content" : stage;
}

/** Behind every kind of what came before the content. */
const beyond = 1000;

/**
 * How far an attempt got, to choose the one that speaks for an aggregate. A stranger's refusal never outdoes that of a
 * login: the kubelet's keyring may hold an empty entry besides a full one (AKS adds one).
 */
export function progressOf(attempt: {
  readonly kind: FailureKind;
  readonly sent: Sent;
  readonly phase: Phase;
}): number {
  const stranger = kinds[attempt.kind].refusal === true && attempt.sent === "anonymous";
  const far = stranger ? rankOf("auth-required") - 0.5 : rankOf(attempt.kind);
  return far + (attempt.phase === "content" ? beyond : 0);
}
