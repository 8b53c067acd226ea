import type { Pod } from "./pods.ts";

interface WholePod {
  readonly metadata: {
    readonly labels?: object;
    readonly annotations?: object;
    readonly ownerReferences?: object[];
  };
  readonly spec: {
    readonly containers: readonly Image[];
    readonly initContainers?: readonly Image[];
    readonly imagePullSecrets?: object;
  };
}

interface Image {
  readonly image?: string;
  readonly imagePullPolicy?: string;
}

/** What a bare Pod has of its author's, but for what a fix may change: the list, an image, its policy. */
function kept(pod: Pod): string {
  const { metadata, spec } = pod as Pod & WholePod;
  const { imagePullSecrets: _, ...rest } = spec;
  const stripped = (images: readonly Image[] = []): readonly object[] =>
    images.map(({ image: _image, imagePullPolicy: _policy, ...container }) => container);
  return JSON.stringify({
    labels: metadata.labels,
    annotations: metadata.annotations,
    spec: { ...rest, containers: stripped(spec.containers), initContainers: stripped(spec.initContainers) },
  });
}

export function changedSpec(before: Pod | undefined, after: Pod | undefined): readonly string[] {
  if (before === undefined || after === undefined) return [];
  if ((before as Pod & WholePod).metadata.ownerReferences !== undefined || kept(before) === kept(after))
    return [];
  return [`the Pod's spec changed: ${kept(before)} → ${kept(after)}`];
}
