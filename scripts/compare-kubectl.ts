/**
 * Runs the kubectl on $PATH and our own connection side by side with every configuration of test/connection/configurations.ts: against servers of this machine that
 * tell what they were sent, and, for the configurations that mean the same there, against the cluster of $KUBECONFIG. Root only:
 * the configurations inside a Pod need a mount namespace.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

import { connect, ConnectionError, connectionError } from "../src/gather/cluster/api-server.ts";
import { certificatePath } from "../test/api-server.ts";
import type { Configuration, Outcome } from "../test/connection/configuration.ts";
import { configurations } from "../test/connection/configurations.ts";
import {
  askOurselves,
  environmentOf,
  expected,
  expectedOf,
  inPod,
  optionsOf,
  said,
  type Scene,
  setScene,
  setStage,
  type Stage,
} from "../test/connection/stage.ts";

/** Everything kubectl printed, without its log lines and what belongs to them. */
function kubectl(words: readonly string[], scene: Scene, inside: boolean): Promise<string> {
  const command = ["kubectl", "--cache-dir", join(scene.folder, "cache"), ...scene.flags, ...words];
  const [program = "", ...rest] = inside
    ? ["unshare", "-m", "sh", "-c", inPod(scene.folder), "sh", ...command]
    : command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd: scene.folder,
      env: scene.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(text.replace(/^[EWI]\d{4} .*\n(?:\t.*\n| >\n)*/gm, "")));
  });
}

interface Pair {
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** One row against the servers of the stage: what they were sent, or what was said. Both must also be what the table says. */
async function onStage(row: Configuration, stage: Stage): Promise<Pair> {
  const scene = setScene(row, stage.fill);
  let theirs: Outcome;
  try {
    stage.seen();
    const printed = await kubectl(["get", "pods", "-o", "name"], scene, row.inCluster !== undefined);
    theirs = stage.seen() ?? said(stage.unfill(printed, scene.folder));
  } finally {
    scene.remove();
  }
  const table = expected(row.kubectl, stage);
  const own = lookupWords(await askOurselves(row, stage));
  if (!isDeepStrictEqual(theirs, table)) return { theirs, ours: { table } };
  // Where we differ on purpose the table holds both; kubectl's side was just confirmed.
  const agreed = isDeepStrictEqual(own, expected(expectedOf(row), stage));
  return { theirs, ours: agreed ? theirs : own };
}

/**
 * Where no name server answers, glibc reports a temporary failure and Go's resolver that there is no such host. The rows
 * are about which name is looked up.
 */
function lookupWords(outcome: Outcome): Outcome {
  if (!("says" in outcome)) return outcome;
  return { says: outcome.says.replace(/(: lookup \S+: )server misbehaving$/, "$1no such host") };
}

interface Cluster {
  readonly fill: Stage["fill"];
}

interface View {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority": string };
  }[];
  readonly users: readonly {
    readonly user: { readonly "client-certificate": string; readonly "client-key": string };
  }[];
}

/** The cluster of $KUBECONFIG, with the reader's kubeconfig beside it; undefined when there is none of that make. */
async function findCluster(): Promise<Cluster | undefined> {
  const path = process.env["KUBECONFIG"] ?? "";
  const reader = join(dirname(path), "reader.kubeconfig");
  if (!existsSync(path) || !existsSync(reader)) return undefined;
  const home = { folder: dirname(path), flags: [], remove: () => undefined };
  const scene = (file: string): Scene => ({
    ...home,
    env: { PATH: process.env["PATH"] ?? "", KUBECONFIG: file, HOME: "/nonexistent" },
  });
  const view = async (file: string): Promise<View> =>
    JSON.parse(await kubectl(["config", "view", "--raw", "-o", "json"], scene(file), false)) as View;
  const [administrator, second] = [await view(path), await view(reader)];
  const token = (await kubectl(["create", "token", "default", "-n", "default"], scene(path), false)).trim();
  const [cluster, alice, bob] = [
    administrator.clusters[0]?.cluster,
    administrator.users[0]?.user,
    second.users[0]?.user,
  ];
  const values: Record<string, string | undefined> = {
    api: cluster?.server,
    token,
    "ca.crt": cluster?.["certificate-authority"],
    "alice.crt": alice?.["client-certificate"],
    "alice.key": alice?.["client-key"],
    "bob.crt": bob?.["client-certificate"],
    "bob.key": bob?.["client-key"],
  };
  return {
    fill: (text, folder) =>
      text.replace(/\{\{([^{}]+)\}\}/g, (_, what: string) => {
        const [word = "", name = ""] = what.split(" ");
        const file = values[name] ?? certificatePath(name);
        if (what === "dir") return folder;
        if (what === "jwt") return "eyJhbGciOiJub25lIn0";
        if (word === "base64") return readFileSync(file).toString("base64");
        if (word === "content") return readFileSync(file, "utf8");
        return values[what] ?? certificatePath(what);
      }),
  };
}

const whoAmI = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" };
const userOf = (review: unknown): unknown => (review as { status?: { userInfo?: unknown } }).status?.userInfo;

/** Which server, which namespace, which user by the server's own word; or what was said. */
async function theirsOnCluster(scene: Scene): Promise<unknown> {
  const log = await new Promise<string>((resolve, reject) => {
    const words = ["--cache-dir", join(scene.folder, "cache"), ...scene.flags, "get", "pods", "-v", "6"];
    const child = spawn("kubectl", words, {
      cwd: scene.folder,
      env: scene.env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
  const [, server, namespace] = / url="([^"]+)\/api\/v1\/namespaces\/([^/]+)\/pods/.exec(log) ?? [];
  const printed = await kubectl(["auth", "whoami", "-o", "json"], scene, false);
  if (server !== undefined && printed.startsWith("{"))
    return { server, namespace, user: userOf(JSON.parse(printed)) };
  return said(
    (await kubectl(["get", "pods", "-o", "name"], scene, false)).replaceAll(scene.folder, "{{dir}}"),
  );
}

async function oursOnCluster(scene: Scene): Promise<unknown> {
  try {
    const api = await connect(optionsOf(scene.flags), environmentOf(scene));
    const answer = await api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", whoAmI);
    api.close();
    if (answer.ok) return { server: api.server, namespace: api.namespace, user: userOf(answer.body) };
    const words = connectionError(answer.failure, api.server)?.message ?? answer.failure.message;
    return said(words.replaceAll(scene.folder, "{{dir}}"));
  } catch (error) {
    if (error instanceof ConnectionError) return said(error.message.replaceAll(scene.folder, "{{dir}}"));
    throw error;
  }
}

async function onCluster(row: Configuration, cluster: Cluster): Promise<Pair> {
  const scene = setScene(row, cluster.fill);
  try {
    const theirs = await theirsOnCluster(scene);
    return { theirs, ours: await oursOnCluster(scene) };
  } finally {
    scene.remove();
  }
}

/**
 * Compares all rows. `different` names those where kubectl and we part, or where the table no longer says what kubectl does, with both sides.
 */
export async function compareWithKubectl(
  report: (line: string) => void = () => undefined,
): Promise<{ readonly rows: number; readonly different: string[] }> {
  const different: string[] = [];
  let rows = 0;
  const note = (where: string, title: string, { theirs, ours }: Pair): void => {
    rows += 1;
    const equal = isDeepStrictEqual(theirs, ours);
    report(`${equal ? "equal    " : "different"}  ${where}  ${title}`);
    if (!equal)
      different.push(`${where}: ${title}: kubectl ${JSON.stringify(theirs)}, we ${JSON.stringify(ours)}`);
  };
  const stage = await setStage();
  try {
    for (const row of configurations) note("stage  ", row.title, await onStage(row, stage));
  } finally {
    await stage.close();
  }
  const cluster = await findCluster();
  if (cluster === undefined)
    report("no cluster in $KUBECONFIG with a reader beside it: compared on the stage alone");
  else
    for (const row of configurations.filter((one) => one.onCluster === true))
      note("cluster", row.title, await onCluster(row, cluster));
  return { rows, different };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { rows, different } = await compareWithKubectl((line) => void process.stdout.write(`${line}\n`));
  for (const line of different) process.stdout.write(`\n${line}\n`);
  process.stdout.write(`\n${rows} compared, ${different.length} different\n`);
  process.exitCode = different.length === 0 ? 0 : 1;
}
