import { flag, type Json, record, records, text } from "./field.ts";

/** What writes a Secret, where its metadata tells. A change made by hand lasts until that writes again. */
export interface SecretWriter {
  /** `ExternalSecret registry`, `Helm release web`. */
  readonly name: string;
  /** Whether it puts back what it wrote by itself, and soon; a release is written when somebody makes one. */
  readonly reverts: boolean;
}

type Place = "labels" | "annotations";

interface Mark {
  readonly place: Place;
  readonly key: string;
  readonly reverts: boolean;
  /** The words for what writes, by the mark's value: the name of an object, or of a namespace and an object. */
  readonly name: (value: string) => string;
}

/** Marks that tools document as theirs. Only names of objects are taken from their values. */
const marks: readonly Mark[] = [
  {
    place: "annotations",
    key: "reflector.v1.k8s.emberstack.com/reflects",
    reverts: true,
    name: (source) => `reflector, from ${source}`,
  },
  {
    place: "annotations",
    key: "replicator.v1.mittwald.de/replicate-from",
    reverts: true,
    name: (source) => `kubernetes-replicator, from ${source}`,
  },
  {
    place: "labels",
    key: "generate.kyverno.io/policy-name",
    reverts: true,
    name: (policy) => `Kyverno policy ${policy}`,
  },
  {
    place: "labels",
    key: "kustomize.toolkit.fluxcd.io/name",
    reverts: true,
    name: (name) => `Flux Kustomization ${name}`,
  },
  {
    place: "labels",
    key: "helm.toolkit.fluxcd.io/name",
    reverts: true,
    name: (name) => `Flux HelmRelease ${name}`,
  },
  {
    place: "labels",
    key: "argocd.argoproj.io/instance",
    reverts: true,
    name: (application) => `Argo CD application ${application}`,
  },
  {
    place: "annotations",
    key: "meta.helm.sh/release-name",
    reverts: false,
    name: (release) => `Helm release ${release}`,
  },
];

const objectName = /^(?=.{1,253}$)(?:[a-z0-9][a-z0-9.-]*\/)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const kindName = /^[A-Z][A-Za-z]{1,62}$/;
/** Owners that hand a Secret out by Kubernetes' own rules, and write nothing that somebody chose. */
const ownKinds: ReadonlySet<string> = new Set(["Secret", "ServiceAccount"]);

export function readSecretWriter(metadata: Json): SecretWriter | undefined {
  const owner = controllerOf(metadata);
  if (owner !== undefined) return { name: `${text(owner, "kind")} ${text(owner, "name")}`, reverts: true };
  for (const mark of marks) {
    const value = valueOf(metadata, mark);
    if (value !== undefined) return { name: mark.name(value), reverts: mark.reverts };
  }
  return undefined;
}

/** Of a Secret's metadata, what readSecretWriter reads the same from. */
export function keepWriterMarks(metadata: Json): {
  readonly ownerReferences?: readonly Json[];
  readonly labels?: Json;
  readonly annotations: Json;
} {
  const owner = controllerOf(metadata);
  const kept = (place: Place): Json =>
    Object.fromEntries(
      marks.flatMap((mark) => {
        const value = mark.place === place ? valueOf(metadata, mark) : undefined;
        return value === undefined ? [] : [[mark.key, value]];
      }),
    );
  const labels = kept("labels");
  return {
    ...(owner === undefined ? {} : { ownerReferences: [owner] }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    annotations: kept("annotations"),
  };
}

function controllerOf(metadata: Json): Json | undefined {
  const owner = records(metadata, "ownerReferences").find((entry) => flag(entry, "controller") === true);
  const kind = text(owner, "kind") ?? "";
  const name = text(owner, "name") ?? "";
  if (!kindName.test(kind) || ownKinds.has(kind) || !objectName.test(name)) return undefined;
  return { kind, name, controller: true };
}

function valueOf(metadata: Json, { place, key }: Mark): string | undefined {
  const value = text(record(metadata, place), key);
  return value !== undefined && objectName.test(value) ? value : undefined;
}
