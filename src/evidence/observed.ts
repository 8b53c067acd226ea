/** Points at one thing the API server said, precisely enough for the reader to look again. */
export interface Ref {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Field path as `kubectl get -o jsonpath` takes it, with a leading dot: `.spec.imagePullSecrets[0]`. */
  readonly path?: string;
}

/**
 * Why something is not known. None of these is ever reported as "missing".
 * - `forbidden`: the API server refused the read (401, 403)
 * - `expired`: events outlive their objects by about an hour only
 * - `not-collected`: the files hold neither the object nor the server's word about it
 * - `malformed`: it is there and does not have the shape it should have, or its values were taken out
 * - `unavailable`: the API server did not answer this read (time-out, 5xx, cut body)
 * - `out-of-reach`: lives on the node, in the cloud or at the registry
 */
export type UnknownReason =
  | "forbidden"
  | "expired"
  | "not-collected"
  | "malformed"
  | "unavailable"
  | "out-of-reach";

/** Its value, the fact that it is not there, or why we cannot tell. Only the server's own NotFound makes `absent`. */
export type Observed<T> =
  | { readonly state: "found"; readonly ref: Ref; readonly value: T }
  | { readonly state: "absent"; readonly ref: Ref }
  | Unknown;

interface Unknown {
  readonly state: "unknown";
  readonly ref: Ref;
  readonly reason: UnknownReason;
  readonly detail?: string;
}

/** What it is, where it was found. */
export function known<T>(observed: Observed<T> | undefined): T | undefined {
  return observed?.state === "found" ? observed.value : undefined;
}

/** Somebody asked for it, and was refused or got nothing that could be used. */
export function failedRead(observed: Observed<unknown>): observed is Unknown {
  return (
    observed.state === "unknown" &&
    (observed.reason === "forbidden" || observed.reason === "unavailable" || observed.reason === "malformed")
  );
}
