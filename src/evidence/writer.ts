import { flag, type Json, record, records, text } from "./field.ts";

/**
 * What writes a Secret, a ServiceAccount or a workload, where its metadata tells: a controlling owner, a mark that a
 * tool documents as its own, or a field manager. A change made by hand lasts until that writes again.
 */
export interface Writer {
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

/** Argo CD by annotation: `APPLICATION:GROUP/KIND:NAMESPACE/NAME` (argo-cd docs, "Resource Tracking"). */
const tracking: Mark = {
  place: "annotations",
  key: "argocd.argoproj.io/tracking-id",
  reverts: true,
  name: (id) => `Argo CD application ${id.split(":")[0] ?? ""}`,
};

/** Field managers under which tools write (their documentation of server-side apply, or their user agents). */
const managers: readonly { readonly pattern: RegExp; readonly name: string; readonly reverts: boolean }[] = [
  { pattern: /^argocd-(?:application-)?controller$/, name: "Argo CD", reverts: true },
  { pattern: /^kustomize-controller$/, name: "Flux", reverts: true },
  { pattern: /^helm-controller$/, name: "Flux", reverts: true },
  { pattern: /^fleetagent$/, name: "Fleet", reverts: true },
  {
    pattern: /^(?:configsync|applier|reconciler)\.configsync\.gke\.io$|^configsync$/,
    name: "Config Sync",
    reverts: true,
  },
  { pattern: /^(?:Terraform$|terraform-provider-|HashiCorp$|OpenTofu$)/, name: "Terraform", reverts: false },
  { pattern: /^pulumi-/, name: "Pulumi", reverts: false },
  { pattern: /^helm$/, name: "Helm", reverts: false },
];

const objectName = /^(?=.{1,253}$)(?:[a-z0-9][a-z0-9.-]*\/)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const trackingId =
  /^[a-z0-9][a-z0-9._-]{0,252}:[A-Za-z0-9.-]*\/[A-Za-z]{1,63}:[a-z0-9.-]*\/[a-z0-9][a-z0-9.:-]{0,252}$/;
const kindName = /^[A-Z][A-Za-z]{1,62}$/;
/** Owners of Kubernetes' own, which hand out what somebody else wrote. */
const ownKinds: ReadonlySet<string> = new Set([
  "Secret",
  "ServiceAccount",
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Job",
  "Node",
]);

export function readWriter(metadata: Json): Writer | undefined {
  const owner = controllerOf(metadata);
  if (owner !== undefined) return { name: `${text(owner, "kind")} ${text(owner, "name")}`, reverts: true };
  for (const mark of [...marks, tracking]) {
    const value = valueOf(metadata, mark);
    if (value !== undefined) return { name: mark.name(value), reverts: mark.reverts };
  }
  // Terraform's patches and Helm's run under their own names; a status that somebody writes is no writing.
  const names = records(metadata, "managedFields")
    .filter((entry) => text(entry, "subresource") === undefined)
    .flatMap((entry) => text(entry, "manager") ?? []);
  const manager = managers.find(({ pattern }) => names.some((name) => pattern.test(name)));
  return manager === undefined ? undefined : { name: manager.name, reverts: manager.reverts };
}

/** What becomes of a change made by hand. */
export function afterwards({ name, reverts }: Writer, what: string): string {
  return reverts
    ? `${name} writes ${what} and puts back what is changed here`
    : `${name} writes ${what}, and its next release overwrites what is changed here`;
}

/** Of an object's metadata, what readWriter reads the same from; managedFields apart. */
export function keepWriterMarks(metadata: Json): {
  readonly ownerReferences?: readonly Json[];
  readonly labels?: Json;
  readonly annotations: Json;
} {
  const owner = controllerOf(metadata);
  const kept = (place: Place): Json =>
    Object.fromEntries(
      [...marks, tracking].flatMap((mark) => {
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
  const shape = key === tracking.key ? trackingId : objectName;
  return value !== undefined && shape.test(value) ? value : undefined;
}
