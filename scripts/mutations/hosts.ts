import type { Random } from "./random.ts";
import {
  each,
  escapeRegExp,
  inside,
  mapStrings,
  ofKind,
  payloadAnnotation,
  podSpecs,
  word,
  type World,
} from "./world.ts";

const words = ["unauthorized", "no-such-host", "x509", "mirror", "refused", "timeout", "tls", "forbidden"];

/** Hosts of public services are what they are: another name would be another registry with other habits. */
const fixed =
  /(^|\.)(docker\.(io|com)|ghcr\.io|quay\.io|gcr\.io|k8s\.io|aws|microsoft\.com|redhat\.(io|com)|gitlab\.com|github\.com|localhost)$|^default-route-openshift-image-registry\.|\.svc(\.|$)|\.local$|^[\d.]+$/;

/** Labels of a provider's hosts that stay; its account, region or registry name may differ. */
const providers: readonly { readonly host: RegExp; readonly keeps: (label: string) => boolean }[] = [
  {
    host: /(amazonaws\.com(\.cn)?|on\.aws)$/,
    keeps: (label) => !/^\d{12}$|^[a-z]{2}-[a-z]+-\d$/.test(label),
  },
  { host: /azurecr\.(io|cn|us|de)$/, keeps: (label) => /^(azurecr|io|cn|us|de)$/.test(label) },
  { host: /pkg\.dev$/, keeps: () => true },
];

/** OpenShift's own registry has a project for every namespace, so neither of the two names is anybody's choice. */
export function isOfProject(image: string): boolean {
  return image.startsWith("image-registry.openshift-image-registry.svc");
}

/** Another name for every host, label by label, so that siblings stay siblings and a glob still fits or does not. */
export function renameHosts(world: World, random: Random): void {
  const hosts = [...new Set(hostsIn(world).map((host) => host.replace(/:\d*$/, "")))]
    .filter((host) => host.includes(".") && !fixed.test(host.toLowerCase()))
    .toSorted((a, b) => b.length - a.length);
  if (hosts.length === 0) return;
  const labels = new Map<string, string>();
  const renamed = new Map(
    hosts.map((host) => [
      host,
      host
        .split(".")
        .map((label) => other(host, label))
        .join("."),
    ]),
  );
  function other(host: string, label: string): string {
    const lower = label.toLowerCase();
    const provider = providers.find((known) => known.host.test(host.toLowerCase()));
    if (label.includes("*") || label === "" || provider?.keeps(label) === true) return label;
    if (!labels.has(lower)) labels.set(lower, newLabel(lower, [...labels.values()], random));
    const fresh = labels.get(lower) ?? lower;
    return label === lower ? fresh : label === label.toUpperCase() ? fresh.toUpperCase() : capital(fresh);
  }
  const pattern = new RegExp(
    `(?<![A-Za-z0-9.*-])(?:${hosts.map(escapeRegExp).join("|")})(?![A-Za-z0-9*-]|\\.[A-Za-z0-9*])`,
    "g",
  );
  replaceEverywhere(world, (text) => text.replace(pattern, (host) => renamed.get(host) ?? host));
}

function capital(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

const regions = ["ap-south-1", "us-west-2", "sa-east-1", "eu-north-1", "ca-central-1", "me-south-1"];

/** Different labels stay different. */
function newLabel(label: string, taken: readonly string[], random: Random): string {
  if (/^\d{12}$/.test(label)) return String(100_000_000_000 + random.below(899_999_999));
  if (/^[a-z]{2}-[a-z]+-\d$/.test(label))
    return random.pick(regions.filter((region) => !taken.includes(region))) ?? label;
  // A number stays one, since an address is no name.
  return /^\d+$/.test(label) ? label : random.fresh(words);
}

/** Other ports where there are ports; equal ones stay equal. */
export function renumberPorts(world: World, random: Random): void {
  const ports = new Map<string, string>();
  for (const host of hostsIn(world)) {
    const port = /:(\d+)$/.exec(host)?.[1];
    if (port !== undefined && port !== "443" && port !== "80" && !ports.has(port))
      ports.set(port, String(10_000 + random.below(50_000)));
  }
  if (ports.size === 0) return;
  // After a host only: an address that was dialled keeps its port, and a time its minutes.
  const pattern = new RegExp(
    `((?:[A-Za-z][A-Za-z0-9.-]*|\\*[A-Za-z0-9.*-]*|\\]))(?::)(${[...ports.keys()].join("|")})(?!\\d)`,
    "g",
  );
  replaceEverywhere(world, (text) =>
    text.replace(pattern, (_, host: string, port: string) => `${host}:${ports.get(port) ?? port}`),
  );
}

function replaceEverywhere(world: World, map: (text: string) => string): void {
  const timed = (text: string): string => (/^\d{4}-\d\d-\d\dT/.test(text) ? text : map(text));
  for (const object of world.objects) mapStrings(object, timed);
  world.texts.push(timed);
}

/** Hosts, with their ports, of images, registry keys, providers and messages. */
function hostsIn(world: World): readonly string[] {
  return [
    ...imagesIn(world).flatMap(hostOfImage),
    ...keysIn(world).flatMap(hostOfKey),
    ...ofKind(world, "CredentialProviderConfig").flatMap((config) =>
      each(config, "providers").flatMap((provider) =>
        Array.isArray(provider["matchImages"])
          ? (provider["matchImages"] as string[]).flatMap(hostOfKey)
          : [],
      ),
    ),
    ...messagesIn(world).flatMap((message) => [
      ...[...message.matchAll(/https?:\/\/([A-Za-z0-9.-]+(?::\d+)?)/g)].map((found) => found[1] ?? ""),
      ...[...message.matchAll(/\blookup ([A-Za-z0-9.-]+)/g)].map((found) => found[1] ?? ""),
    ]),
  ];
}

export function imagesIn(world: World): readonly string[] {
  const lists = ["initContainers", "containers", "ephemeralContainers"];
  return [
    ...podSpecs(world).flatMap((spec) => [
      ...lists.flatMap((list) => each(spec, list)).flatMap((container) => word(container, "image") ?? []),
      ...each(spec, "volumes").flatMap((volume) => word(volume, "image", "reference") ?? []),
    ]),
    ...ofKind(world, "Node").flatMap((node) =>
      each(node, "status", "images").flatMap((image) =>
        Array.isArray(image["names"]) ? (image["names"] as string[]) : [],
      ),
    ),
  ];
}

/** Everything that was a registry key, from the annotation that a stripped Secret carries. */
export function keysIn(world: World): readonly string[] {
  return ofKind(world, "Secret").flatMap((secret) => {
    const payload = word(secret, "metadata", "annotations", payloadAnnotation);
    if (payload === undefined) return [];
    const learnt = JSON.parse(payload) as Record<string, unknown>;
    const lists = ["wouldHave", "readable", "credHelpers", "looseRegistries"];
    return [
      ...each(learnt, "entries").flatMap((entry) => word(entry, "registryKey") ?? []),
      ...lists.flatMap((list) => (Array.isArray(learnt[list]) ? (learnt[list] as string[]) : [])),
      ...(word(learnt, "registryKey") ?? "").split(" "),
    ];
  });
}

export function messagesIn(world: World): readonly string[] {
  const statuses = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  return [
    ...ofKind(world, "Event").flatMap((event) => word(event, "message") ?? word(event, "note") ?? []),
    ...ofKind(world, "Pod").flatMap((pod) =>
      statuses.flatMap((list) =>
        each(inside(pod, "status"), list).flatMap(
          (status) => word(status, "state", "waiting", "message") ?? [],
        ),
      ),
    ),
  ];
}

function hostOfImage(image: string): readonly string[] {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  return /[.:]/.test(first) ? [first] : [];
}

function hostOfKey(key: string): readonly string[] {
  const host = key.replace(/^[a-z]+:\/\//i, "").split(/[/?#]/)[0] ?? "";
  return host === "" ? [] : [host.split("@").at(-1) ?? ""];
}
