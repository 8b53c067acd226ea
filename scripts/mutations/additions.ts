import type { Random } from "./random.ts";
import { type Draft, each, inside, ofKind, payloadAnnotation, podSpecs, word, type World } from "./world.ts";

/** What stands beside the failing Pod in any real namespace and has nothing to do with it. */

const words = ["bystander", "bystander-denied", "bystander-401", "bystander-tls", "bystander-timeout"];

function namespacesOf(world: World): readonly string[] {
  const found = ofKind(world, "Pod").map((pod) => word(pod, "metadata", "namespace") ?? "default");
  return [...new Set(found)];
}

/** Secrets that nothing names, among them logins to a registry that no image comes from. */
export function addSecrets(world: World, random: Random): void {
  const entry = {
    registryKey: `${random.fresh(words)}.elsewhere.example`,
    login: "complete",
    fields: ["auth"],
    authOverrides: false,
    whitespace: { username: false, password: false },
    userKind: "other",
    passwordKind: "other",
  };
  const login = {
    state: "entries",
    entries: [entry],
    credsStore: false,
    credHelpers: [],
    looseRegistries: [],
  };
  const opaque = { state: "ignored", why: "type", wouldHave: [] };
  for (const namespace of namespacesOf(world))
    for (const [type, payload] of [
      ["kubernetes.io/dockerconfigjson", login],
      ["Opaque", opaque],
      ["kubernetes.io/tls", opaque],
    ] as const)
      world.objects.push({
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: random.fresh(words),
          namespace,
          annotations: { [payloadAnnotation]: JSON.stringify(payload) },
        },
        type,
      });
}

export function addServiceAccounts(world: World, random: Random): void {
  for (const namespace of namespacesOf(world))
    for (let count = 0; count < 2; count += 1)
      world.objects.push({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: random.fresh(words), namespace },
      });
}

/** Another container of the same Pod that runs, where any can: its node is there, its sandbox stands, init is over. */
export function addContainers(world: World, random: Random): void {
  for (const pod of ofKind(world, "Pod")) {
    const events = ofKind(world, "Event").filter(
      (event) => word(event, "involvedObject", "name") === word(pod, "metadata", "name"),
    );
    const blocked = events.some((event) => event["reason"] === "FailedCreatePodSandBox");
    const spec = inside(pod, "spec");
    if (blocked || word(spec, "nodeName") === undefined || each(spec, "initContainers").length > 0) continue;
    const statuses = inside(pod, "status")["containerStatuses"];
    const containers = spec["containers"];
    if (!Array.isArray(statuses) || !Array.isArray(containers)) continue;
    const name = random.fresh(words);
    const image = `${random.fresh(words)}.elsewhere.example/tools/${random.fresh(words)}:1`;
    containers.push({ name, image, imagePullPolicy: "IfNotPresent" });
    statuses.push({
      name,
      image,
      imageID: `${image}@sha256:${"ab".repeat(32)}`,
      restartCount: 0,
      ready: true,
      state: { running: { startedAt: time(pod) } },
    });
    for (const [reason, message] of [
      ["Pulled", `Successfully pulled image "${image}" in 1.2s (1.2s including waiting)`],
      ["Created", `Created container: ${name}`],
      ["Started", `Started container ${name}`],
    ] as const)
      world.objects.push(eventOf(pod, random, reason, message, `spec.containers{${name}}`));
  }
}

function time(pod: Draft): string {
  return word(pod, "metadata", "creationTimestamp") ?? "2026-01-01T00:00:00Z";
}

function eventOf(pod: Draft, random: Random, reason: string, message: string, fieldPath: string): Draft {
  const metadata = inside(pod, "metadata");
  const { name, namespace, uid } = metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${String(name)}.${random.fresh(["e"])}`, namespace, creationTimestamp: time(pod) },
    involvedObject: { kind: "Pod", namespace, name, uid, fieldPath },
    reason,
    type: "Normal",
    message,
    count: 1,
    firstTimestamp: time(pod),
    lastTimestamp: time(pod),
  };
}

/** Other Pods of the namespace, one that runs and one whose image was pulled and that ends again and again. */
export function addPods(world: World, random: Random): void {
  for (const namespace of namespacesOf(world))
    for (const state of [
      { running: { startedAt: "2026-01-01T00:00:00Z" } },
      { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
    ]) {
      const image = `${random.fresh(words)}.elsewhere.example/tools/${random.fresh(words)}:1`;
      const pod: Draft = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: random.fresh(words), namespace, uid: random.fresh(["uid"]) },
        spec: {
          containers: [{ name: "main", image }],
          serviceAccountName: accountOf(world),
          nodeName: nodeOf(world),
        },
        status: {
          phase: "Running",
          containerStatuses: [{ name: "main", image, imageID: image, restartCount: 3, state }],
        },
      };
      const pulled = `Successfully pulled image "${image}" in 2s (2s including waiting)`;
      world.objects.push(pod, eventOf(pod, random, "Pulled", pulled, "spec.containers{main}"));
    }
}

function accountOf(world: World): string {
  return podSpecs(world).flatMap((spec) => word(spec, "serviceAccountName") ?? [])[0] ?? "default";
}

function nodeOf(world: World): string {
  return ofKind(world, "Node").flatMap((node) => word(node, "metadata", "name") ?? [])[0] ?? "node-1";
}

/** Labels and annotations that some other tool wrote. */
export function addLabels(world: World, random: Random): void {
  for (const object of world.objects) {
    const metadata = object["metadata"];
    if (typeof metadata !== "object" || metadata === null || object["kind"] === "Status") continue;
    const here = inside(object, "metadata");
    if (here["name"] === undefined) continue;
    here["labels"] = { ...inside(here, "labels"), [`tool.example/${random.fresh(words)}`]: "denied" };
    here["annotations"] = {
      ...inside(here, "annotations"),
      [`tool.example/${random.fresh(words)}`]: "401 Unauthorized",
    };
  }
}
