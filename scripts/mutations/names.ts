import { imagesIn, isOfProject } from "./hosts.ts";
import type { Random } from "./random.ts";
import { type Draft, each, escapeRegExp, inside, ofKind, podSpecs, word, type World } from "./world.ts";

/** Names are never evidence, so the new ones hold the words of causes. */
const words = [
  "unauthorized-page",
  "denied-orders",
  "tls-proxy",
  "not-found",
  "forbidden-fruit",
  "err-image-pull",
  "timeouts",
  "no-such-host",
  "backend",
  "x509",
  "expired-carts",
  "default-token",
] as const;

function renameAll(
  names: readonly (string | undefined)[],
  random: Random,
  into: Map<string, string>,
): (name: string) => string {
  const map = new Map<string, string>();
  for (const name of names)
    if (name !== undefined && !map.has(name)) {
      map.set(name, random.fresh(words));
      into.set(originalOf(into, name), map.get(name) ?? name);
    }
  return (name) => map.get(name) ?? name;
}

/** A world may be renamed twice; what counts is the name at the beginning. */
function originalOf(into: ReadonlyMap<string, string>, name: string): string {
  return [...into].find(([, now]) => now === name)?.[0] ?? name;
}

function set(object: Draft, field: string, rename: (name: string) => string): void {
  const now = object[field];
  if (typeof now === "string" && now !== "") object[field] = rename(now);
}

/** The object that an event is about, in either API version. */
function subject(event: Draft): Draft {
  return inside(event, "involvedObject" in event ? "involvedObject" : "regarding");
}

/** Reads that failed name their object in `details` and in the path that was asked for. */
function renameStatus(world: World, resource: string, rename: (name: string) => string): void {
  for (const status of ofKind(world, "Status")) {
    const details = inside(status, "details");
    if (details["kind"] === resource) set(details, "name", rename);
    set(inside(status, "metadata"), "selfLink", (path) =>
      path.replace(
        new RegExp(`(/${resource}/)([^/?]+)`),
        (_, start: string, name: string) => start + rename(name),
      ),
    );
  }
}

export function renamePods(world: World, random: Random): void {
  const pods = ofKind(world, "Pod").map((pod) => word(pod, "metadata", "name"));
  const rename = renameAll(pods, random, world.pods);
  for (const pod of ofKind(world, "Pod")) set(inside(pod, "metadata"), "name", rename);
  for (const event of ofKind(world, "Event")) {
    const about = subject(event);
    const old = word(about, "name") ?? "";
    set(about, "name", rename);
    set(inside(event, "metadata"), "name", (name) =>
      name.startsWith(`${old}.`) ? rename(old) + name.slice(old.length) : name,
    );
  }
  renameStatus(world, "pods", rename);
}

const namespaced = new Set([
  "Pod",
  "Secret",
  "ServiceAccount",
  "Event",
  "Deployment",
  "ReplicaSet",
  "Job",
  "RegistryProbe",
]);

export function renameNamespaces(world: World, random: Random): void {
  const placed = world.objects.filter((object) => namespaced.has(word(object, "kind") ?? ""));
  // Where an object leaves it out, `default` is meant.
  if (placed.some((object) => word(object, "metadata", "namespace") === undefined)) return;
  if (imagesIn(world).some(isOfProject)) return;
  const all = placed.map((object) => word(object, "metadata", "namespace"));
  const rename = renameAll(all, random, world.namespaces);
  for (const object of world.objects) {
    const metadata = inside(object, "metadata");
    set(metadata, "namespace", rename);
    set(metadata, "selfLink", (path) =>
      path.replace(/(\/namespaces\/)([^/?]+)/, (_, start: string, name: string) => start + rename(name)),
    );
    if (object["kind"] === "Event") set(subject(object), "namespace", rename);
  }
}

export function renameSecrets(world: World, random: Random): void {
  const accounts = ofKind(world, "ServiceAccount");
  const lists = [...podSpecs(world), ...accounts].flatMap((object) => each(object, "imagePullSecrets"));
  const mounted = accounts.flatMap((account) => each(account, "secrets"));
  const secrets = ofKind(world, "Secret").map((secret) => inside(secret, "metadata"));
  const named = [...lists, ...mounted, ...secrets];
  const rename = renameAll(
    named.map((entry) => word(entry, "name")),
    random,
    world.secrets,
  );
  for (const entry of named) set(entry, "name", rename);
  const list = /^(Unable to retrieve some image pull secrets \()([^()]*)(\).*)$/;
  for (const event of ofKind(world, "Event"))
    for (const field of ["message", "note"])
      set(event, field, (text) =>
        text.replace(
          list,
          (_, start: string, names: string, end: string) =>
            start + names.split(", ").map(rename).join(", ") + end,
        ),
      );
  for (const probe of ofKind(world, "RegistryProbe")) {
    const asked = inside(probe, "spec");
    const names = asked["imagePullSecrets"];
    if (Array.isArray(names)) asked["imagePullSecrets"] = names.map((name) => rename(String(name)));
    for (const step of each(inside(probe, "status"), "steps")) set(inside(step, "login"), "secret", rename);
  }
  renameStatus(world, "secrets", rename);
}

export function renameServiceAccounts(world: World, random: Random): void {
  const specs = podSpecs(world);
  // Where a Pod leaves it out, `default` is meant and cannot be called otherwise.
  if (specs.some((spec) => word(spec, "serviceAccountName") === undefined)) return;
  const accounts = ofKind(world, "ServiceAccount").map((account) => inside(account, "metadata"));
  const rename = renameAll(
    [...accounts.map((one) => word(one, "name")), ...specs.map((spec) => word(spec, "serviceAccountName"))],
    random,
    new Map(),
  );
  for (const account of accounts) set(account, "name", rename);
  for (const spec of specs)
    for (const field of ["serviceAccountName", "serviceAccount"]) set(spec, field, rename);
  for (const secret of ofKind(world, "Secret"))
    set(inside(secret, "metadata", "annotations"), "kubernetes.io/service-account.name", rename);
  renameStatus(world, "serviceaccounts", rename);
}

const containerLists = ["initContainers", "containers", "ephemeralContainers"];
const statusLists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];

export function renameContainers(world: World, random: Random): void {
  const specs = podSpecs(world);
  const containers = specs.flatMap((spec) => containerLists.flatMap((list) => each(spec, list)));
  const volumes = specs.flatMap((spec) => each(spec, "volumes"));
  const mounts = containers.flatMap((container) => each(container, "volumeMounts"));
  const rename = renameAll(
    containers.map((container) => word(container, "name")),
    random,
    world.containers,
  );
  const renameVolume = renameAll(
    volumes.map((volume) => word(volume, "name")),
    random,
    world.containers,
  );
  for (const container of containers) set(container, "name", rename);
  for (const volume of [...volumes, ...mounts]) set(volume, "name", renameVolume);
  for (const pod of ofKind(world, "Pod"))
    for (const list of statusLists)
      for (const status of each(pod, "status", list)) set(status, "name", rename);
  const inBraces = (text: string): string =>
    text.replace(
      /(spec\.\w+\{)([^}]+)(\})/,
      (_, start: string, name: string, end: string) => start + rename(name) + end,
    );
  for (const event of ofKind(world, "Event")) {
    set(subject(event), "fieldPath", inBraces);
    for (const field of ["message", "note"]) set(event, field, inBraces);
  }
}

export function renameNodes(world: World, random: Random): void {
  const nodes = ofKind(world, "Node", "NodeConfiguration").map((node) => inside(node, "metadata"));
  const pods = ofKind(world, "Pod").map((pod) => inside(pod, "spec"));
  const rename = renameAll(
    [...nodes.map((node) => word(node, "name")), ...pods.map((spec) => word(spec, "nodeName"))],
    random,
    new Map(),
  );
  for (const node of nodes) set(node, "name", rename);
  for (const spec of pods) set(spec, "nodeName", rename);
  renameStatus(world, "nodes", rename);
}

/** A Deployment's ReplicaSets begin with its name; both change together. */
export function renameWorkloads(world: World, random: Random): void {
  const deployments = ofKind(world, "Deployment");
  const names = new Map(
    deployments.flatMap((one) => {
      const name = word(one, "metadata", "name");
      return name === undefined ? [] : [[name, random.fresh(words)] as const];
    }),
  );
  const rename = (name: string): string => {
    for (const [old, now] of names)
      if (new RegExp(`^${escapeRegExp(old)}(-[a-z0-9]{1,10})?$`).test(name))
        return now + name.slice(old.length);
    return name;
  };
  for (const object of world.objects) {
    const metadata = inside(object, "metadata");
    if (["Deployment", "ReplicaSet"].includes(word(object, "kind") ?? "")) set(metadata, "name", rename);
    for (const owner of each(metadata, "ownerReferences"))
      if (["Deployment", "ReplicaSet"].includes(word(owner, "kind") ?? "")) set(owner, "name", rename);
  }
}
