import type { Json } from "../../evidence/field.ts";
import { integer, text } from "../../evidence/field.ts";
import { readPod } from "../../evidence/pod.ts";
import { kindOfWord, pathOf } from "../../gather/cluster/api-paths.ts";
import type { ApiServer } from "../../gather/cluster/api-server.ts";
import { askBriefly, type Candidate, firstPage } from "./cluster.ts";
import type { CompletionLine } from "./line.ts";
import type { Terminal } from "../terminal.ts";

export interface Targets {
  readonly names: readonly Candidate[];
  /** Types with a slash, which a name follows. */
  readonly types: readonly Candidate[];
}

const types = [
  "pod",
  "deployment",
  "statefulset",
  "daemonset",
  "replicaset",
  "job",
  "cronjob",
  "node",
] as const;

/** What can stand as POD, TYPE/NAME or as the NAME behind a TYPE, and is not on the line yet. */
export async function targets(line: CompletionLine, prefix: string, terminal: Terminal): Promise<Targets> {
  const { operands, values } = line;
  const slash = prefix.indexOf("/");
  if (values.has("filename")) return { names: await inFiles(line, prefix, terminal), types: [] };
  const [first = ""] = operands;
  const twoWords = operands.length > 0 && !first.includes("/") ? kindOfWord(first) : undefined;
  const typed = slash >= 0 ? prefix.slice(0, slash) : "";
  const kind = slash >= 0 ? kindOfWord(typed) : (twoWords ?? "Pod");
  if (kind === undefined) return { names: [], types: [] };
  const before = slash >= 0 ? `${typed}/` : "";
  const everywhere = values.get("all-namespaces")?.at(-1) === "true";
  const found = everywhere ? [] : await askBriefly(line, terminal, (server) => named(server, kind));
  const names = (found ?? [])
    .map(({ word, description }) => ({ word: before + word, description }))
    .filter(({ word }) => word.startsWith(prefix) && !operands.includes(word));
  const offered = slash >= 0 || twoWords !== undefined ? [] : types.map((type) => `${type}/`);
  return {
    names,
    types: offered.filter((word) => word.startsWith(prefix)).map((word) => ({ word, description: "" })),
  };
}

async function named(server: ApiServer, kind: string): Promise<readonly Candidate[]> {
  const path = pathOf(kind, kind === "Node" ? undefined : server.namespace);
  // Of many Pods the failing ones may lie behind the first page; they are Pending, mostly.
  const pages = await Promise.all([
    firstPage(server, path),
    ...(kind === "Pod" ? [firstPage(server, path, { fieldSelector: "status.phase=Pending" })] : []),
  ]);
  const ranked = pages.flatMap((page) => page ?? []).map((object) => rank(object, kind));
  const found = new Map(ranked.map((one) => [one.candidate.word, one]));
  return [...found.values()]
    .filter(({ candidate }) => candidate.word !== "")
    .toSorted((a, b) => a.rank - b.rank || compare(a.candidate.word, b.candidate.word))
    .map(({ candidate }) => candidate);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Waiting reasons of the kubelet that are about the image (pkg/kubelet/images/types.go, 1.26-1.36). */
const pullReasons = new Set([
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

function rank(object: Json, kind: string): { readonly rank: number; readonly candidate: Candidate } {
  const word = text(object, "metadata", "name") ?? "";
  if (kind !== "Pod") {
    const wanted = integer(object, "spec", "replicas") ?? integer(object, "status", "desiredNumberScheduled");
    const ready = integer(object, "status", "readyReplicas") ?? integer(object, "status", "numberReady") ?? 0;
    const lacks = wanted !== undefined && ready < wanted;
    return { rank: lacks ? 0 : 1, candidate: { word, description: lacks ? `${ready}/${wanted} ready` : "" } };
  }
  const { images, phase } = readPod(object);
  const reasons = images.flatMap(({ status }) => (status?.state === "waiting" ? (status.reason ?? []) : []));
  const pull = reasons.find((reason) => pullReasons.has(reason));
  const description = pull ?? reasons[0] ?? phase ?? "";
  return { rank: pull !== undefined ? 0 : reasons.length > 0 ? 1 : 2, candidate: { word, description } };
}

/** Pods in the files of -f; standard input cannot be read twice. */
async function inFiles(
  { values, operands }: CompletionLine,
  prefix: string,
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  const files = (values.get("filename") ?? []).flatMap((given) => given.split(","));
  if (files.includes("-")) return [];
  const { readFiles } = await import("../../gather/files/files.ts");
  const objects = await readFiles(files, terminal.input);
  return objects
    .filter((object) => object["kind"] === "Pod")
    .map((object) => rank(object, "Pod").candidate)
    .filter(({ word }) => word.startsWith(prefix) && !operands.includes(word));
}
