/** An object with an image that is no workload of Kubernetes' own: named, never silently passed over. */
export interface NotLookedAt {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** As the report names it. */
export function placeOf({ kind, namespace, name }: NotLookedAt): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
