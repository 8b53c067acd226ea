import type { Evidence } from "../../evidence/evidence.ts";
import type { Failure } from "../../pull/attempt.ts";
import type { Pull } from "../../pull/pull.ts";

/** A failed pull as far as the evidence tells it, before anybody has weighed it. */
export interface Replay {
  readonly pull: Pull;
  readonly failure: Failure;
  readonly evidence: Evidence;
}
