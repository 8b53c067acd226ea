import { type Json, text } from "../../evidence/field.ts";
import { indexObjects } from "../../evidence/objects.ts";
import { podSpecPath } from "../../evidence/workload.ts";
import { podsToBe } from "../../evidence/pod-to-be.ts";
import { kindOfWord, pathOf } from "../../gather/cluster/api-paths.ts";
import { connect, processEnvironment } from "../../gather/cluster/api-server.ts";
import { createReader, type Reader } from "../../gather/cluster/reader.ts";
import { UserError } from "../../user-error.ts";
import { build } from "../../version.ts";
import { type CanPullFlags, connectionOptions } from "../flags.ts";
import type { Probing } from "../probing.ts";
import type { Terminal } from "../terminal.ts";

/** From the cluster: the workloads that are named, a Pod for the images, and the ServiceAccounts and Secrets that they would use. */
export async function readWanted(
  words: readonly string[],
  flags: CanPullFlags,
  terminal: Terminal,
  probing: Probing,
): Promise<readonly Json[]> {
  const server = await connect(connectionOptions(flags), processEnvironment(build.version, terminal.signal));
  try {
    const reader = createReader(server, probing.gate);
    const { namespace } = server;
    const workloads = words.filter(isWorkload);
    await Promise.all(workloads.map((word) => readWorkload(reader, namespace, word)));
    const images = words.filter((word) => !isWorkload(word));
    const given = images.length === 0 ? [] : [probing.gate(podFor(images, namespace, flags))];
    const accounts = [...reader.documents, ...given].flatMap((object) => accountOf(object) ?? []);
    await Promise.all(
      [...new Set(accounts)].map((name) => reader.get(pathOf("ServiceAccount", namespace, name))),
    );
    const lists = podsToBe(indexObjects([...reader.documents, ...given])).flatMap(({ pod }) => namesOf(pod));
    await Promise.all([...new Set(lists)].map((name) => reader.get(pathOf("Secret", namespace, name))));
    return [...reader.documents, ...given];
  } finally {
    server.close();
  }
}

function isWorkload(word: string): boolean {
  const [type = "", ...rest] = word.split("/");
  return rest.length === 1 && podSpecPath(kindOfWord(type) ?? "") !== undefined;
}

async function readWorkload(reader: Reader, namespace: string, word: string): Promise<void> {
  const [type = "", name = ""] = word.split("/");
  const path = pathOf(kindOfWord(type) ?? "", namespace, name);
  if ((await reader.get(path)) === undefined)
    throw new UserError(
      `${word} cannot be read: ${reader.failureOf(path)?.message ?? "no answer"}`,
      undefined,
      3,
    );
}

/** As somebody would write it for these images. */
function podFor(images: readonly string[], namespace: string, flags: CanPullFlags): Json {
  return {
    kind: "Pod",
    metadata: { namespace, name: "can-pull" },
    spec: {
      serviceAccountName: flags.serviceaccount ?? "default",
      imagePullSecrets: (flags.imagePullSecret ?? []).map((name) => ({ name })),
      containers: images.map((image, at) => ({ name: `image-${at + 1}`, image })),
    },
  };
}

function accountOf(object: Json): string | undefined {
  const path = podSpecPath(text(object, "kind") ?? "");
  if (path === undefined) return undefined;
  return text(object, ...path, "serviceAccountName") ?? text(object, ...path, "serviceAccount") ?? "default";
}

function namesOf(pod: Json): readonly string[] {
  const { spec } = pod as { spec: { imagePullSecrets: readonly { name: string }[] } };
  return spec.imagePullSecrets.map(({ name }) => name).filter((name) => name !== "");
}
