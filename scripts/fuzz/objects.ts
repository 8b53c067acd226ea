import { isRecord, type Json, record, records, text } from "../../src/evidence/field.ts";
import type { Random } from "../../test/random.ts";
import type { Markers } from "./markers.ts";
import { message } from "./messages.ts";
import { planted } from "./secrets.ts";

/** A copy, which may be changed. */
type Open = Record<string, unknown>;

/** Names that would be flags, commands or other objects, if they were put where a name belongs. */
const hostileNames = [
  "--kubeconfig=notes.yaml",
  "--all",
  "-n",
  "$(touch pwned)",
  "`touch pwned`",
  "x;touch pwned",
  "x\ntouch pwned",
  "a b",
  "../../secrets",
  "' touch pwned '",
  "x'|touch pwned|'",
  "&& touch pwned",
];

/** A story's objects with markers wherever people put what nobody may see, and now and then with a hostile name. */
export function mutate(objects: readonly Json[], r: Random, m: Markers): readonly Json[] {
  const renamed = r.chance(25) ? withName(objects, r) : objects;
  const hosts = hostsOf(renamed);
  const changed = renamed.map((object) => change(structuredClone(object) as Open, r, m, hosts));
  const noise = Array.from({ length: 12 }, () => ({ name: m.any(), value: m.any() }));
  const providers = [
    {
      name: "ecr",
      matchImages: ["*.example", `https://u:${m.word()}@hub.example`],
      args: [m.any()],
      env: noise,
    },
  ];
  const extra: readonly Json[] = [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "c", annotations: { a: m.any() } },
      data: { a: m.any(), b: m.any() },
    },
    { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig", providers },
    ...(r.chance(20) ? [{ apiVersion: "why-pull/v1", kind: "PullBundle", spec: bundle(m) }] : []),
  ];
  return [...changed, ...(r.chance(30) ? extra : [])];
}

const bundle = (m: Markers): Json => ({
  kubectlFlags: [
    "--kubeconfig",
    "./evil",
    "--token",
    m.word(),
    "--context",
    "prod",
    "--server",
    `https://u:${m.word()}@evil.example`,
  ],
});

/** One of the names, everywhere it stands as a whole value, becomes a hostile one. */
function withName(objects: readonly Json[], r: Random): readonly Json[] {
  const names = objects.flatMap((object) => text(object, "metadata", "name") ?? []);
  const spaces = objects.flatMap((object) => text(object, "metadata", "namespace") ?? []);
  const name = r.pick([...names, ...spaces]);
  return JSON.parse(
    JSON.stringify(objects).replaceAll(JSON.stringify(name), () => JSON.stringify(r.pick(hostileNames))),
  ) as Json[];
}

function hostsOf(objects: readonly Json[]): readonly string[] {
  const images = objects.flatMap((object) =>
    records(object, "spec", "containers").flatMap((container) => text(container, "image") ?? []),
  );
  return [
    "other.example",
    ...images.map((image) => image.split("/")[0] ?? "").filter((host) => host.includes(".")),
  ];
}

function change(object: Open, r: Random, m: Markers, hosts: readonly string[]): Json {
  const kind = text(object, "kind");
  if (kind === "Secret") return planted(object, r, m, hosts);
  const metadata = isRecord(object["metadata"]) ? (object["metadata"] as Open) : undefined;
  if (metadata !== undefined) {
    const { annotations } = metadata;
    const applied = { kind, env: [m.any()] };
    metadata["annotations"] = {
      ...(isRecord(annotations) ? annotations : {}),
      note: m.any(),
      ...(isRecord(annotations)
        ? {}
        : { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(applied) }),
    };
  }
  if (kind === "Event" || kind === "Status") {
    const field = "note" in object ? "note" : "message";
    object[field] = message(r, m, text(object, field) ?? "");
    return object;
  }
  for (const spec of [record(object, "spec"), record(object, "spec", "template", "spec")])
    plantInSpec(spec, r, m);
  for (const list of ["initContainerStatuses", "containerStatuses"])
    for (const status of records(object, "status", list)) plantInStatus(status, r, m);
  return object;
}

function plantInSpec(spec: Open, r: Random, m: Markers): void {
  for (const list of ["initContainers", "containers"])
    for (const container of records(spec, list) as Open[]) {
      container["env"] = Array.from({ length: 6 }, () => ({ name: m.word(), value: m.any() }));
      container["args"] = [m.any(), `--password=${m.any()}`];
      container["command"] = ["sh", "-c", m.any()];
      container["livenessProbe"] = { httpGet: { httpHeaders: [{ name: "Authorization", value: m.any() }] } };
      if (r.chance(4))
        container["image"] = `robot:${m.inUrl()}@${text(container, "image") ?? "hub.example/web"}`;
      else if (r.chance(2))
        container["image"] = `https://u:${m.any()}@${text(container, "image") ?? "hub.example/web"}`;
    }
  if (Array.isArray(spec["volumes"]))
    spec["volumes"].push({ name: "v", csi: { volumeAttributes: { key: m.any() } } });
}

function plantInStatus(status: Open, r: Random, m: Markers): void {
  const waiting = record(status, "state", "waiting") as Open;
  if ("reason" in waiting && r.chance(70)) waiting["message"] = message(r, m, text(waiting, "message") ?? "");
  status["lastState"] = { terminated: { exitCode: 1, message: m.any() } };
}
