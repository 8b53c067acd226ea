import { indexObjects } from "../evidence/objects.ts";
import { nodeOf } from "../check/node-platforms.ts";
import { type Json, record, text } from "../evidence/field.ts";
import { admit, type Gate } from "../evidence/gate/admit.ts";
import type { PodOptions } from "../evidence/pods-to-be.ts";
import {
  type ApiServer,
  ConnectionError,
  connect,
  processEnvironment,
} from "../gather/cluster/api-server.ts";
import { kindOfWord } from "../gather/cluster/api-paths.ts";
import {
  type AskAdmission,
  listPods,
  listUsers,
  madeFrom,
  type PullUsers,
  readLogins,
  readUsers,
} from "../gather/cluster/pull-users.ts";
import { createReader, type Reader } from "../gather/cluster/reader.ts";
import { WrittenTemplates } from "../gather/cluster/written-templates.ts";
import type { Target } from "../gather/cluster/scope.ts";
import { parseTarget } from "../gather/cluster/target.ts";
import type { PullCheck } from "../check/pull-check.ts";
import { type NotLookedAt, placeOf } from "../report/not-looked-at.ts";
import { UserError } from "../user-error.ts";
import { build } from "../version.ts";
import { type CanPullFlags, connectionOptions, kubectlFlags } from "./flags.ts";
import { colorLevel, parseColor, widthOf } from "./output.ts";
import type { Probing } from "./probing.ts";
import { withSpinner } from "./spinner.ts";
import type { Terminal } from "./terminal.ts";

const widest = 140;
const formats = ["text", "wide", "json", "yaml"] as const;

/** Answers for each image whether it can be pulled. Exit code: 0 all yes, 1 a no, 3 an unknown and no no. */
export async function canPullCommand(
  words: readonly string[],
  flags: CanPullFlags,
  terminal: Terminal,
): Promise<number> {
  const format = formats.find((known) => known === flags.output);
  if (format === undefined)
    throw new UserError(
      `can-pull has no output format "${flags.output}"`,
      `There is ${formats.join(", ")}.`,
      2,
    );
  const color = parseColor(flags.color);
  const { checks, notLookedAt } = await withSpinner(terminal, "Asking the cluster", (say) =>
    gather(words, flags, terminal, say),
  );
  if (checks.length === 0)
    throw new UserError(
      "there is no image to check",
      notLookedAt.length > 0
        ? `Not looked at: ${notLookedAt.map(placeOf).join(", ")}`
        : "Give an image, TYPE/NAME, -f FILE, or a namespace with workloads.",
      3,
    );
  if (format === "json" || format === "yaml") {
    const { toPullCheckList } = await import("../report/pull-checks.ts");
    const { toJson, toYaml } = await import("../report/structured.ts");
    const list = toPullCheckList(checks, notLookedAt);
    terminal.write(format === "json" ? toJson(list) : toYaml(list));
  } else {
    const { checksToText } = await import("../report/text.ts");
    const style = {
      width: widthOf(terminal, widest),
      colorLevel: colorLevel(color, terminal),
      wide: format === "wide",
      now: Date.now(),
    };
    terminal.write(checksToText(checks, notLookedAt, style));
  }
  if (checks.some(({ answer }) => answer === "no")) return 1;
  return checks.some(({ answer }) => answer === "unknown") ? 3 : 0;
}

interface Answered {
  readonly checks: readonly PullCheck[];
  readonly notLookedAt: readonly NotLookedAt[];
}

async function gather(
  words: readonly string[],
  flags: CanPullFlags,
  terminal: Terminal,
  say: (text: string) => void,
): Promise<Answered> {
  const environment = processEnvironment(build.version, terminal.signal);
  const probing = flags.probe === false ? undefined : await startProbing(flags, environment);
  const targets = words.filter(isTarget).map(parseTarget);
  const images = words.filter((word) => !isTarget(word));
  const server = await connected(flags, environment);
  const options: PodOptions = {
    namespace: flags.namespace ?? server?.namespace ?? "default",
    ...(flags.serviceaccount === undefined ? {} : { serviceAccount: flags.serviceaccount }),
    ...(flags.imagePullSecret === undefined ? {} : { pullSecrets: flags.imagePullSecret }),
  };
  const templates = flags.admission === true ? new WrittenTemplates() : undefined;
  const plain = probing?.gate ?? admit;
  const gate = templates?.before(plain) ?? plain;
  // What a file leaves out is the namespace that it would be applied to.
  const ofNamespace: Gate = (object) => gate(inNamespace(object, options.namespace));
  const given = flags.filename === undefined ? [] : await readGiven(flags.filename, terminal, ofNamespace);
  const platform = flags.platform === undefined ? [] : [nodeOf(flags.platform)];
  try {
    const reader = server === undefined ? undefined : createReader(server, gate);
    const users = await usersOf(reader, { images, targets, given }, flags, options);
    const pods =
      reader === undefined
        ? madeFrom(users, users.objects, options)
        : await readLogins(reader, users, options, await admissionOf(server, templates, given));
    const read = [...users.objects, ...(reader?.documents ?? [])];
    const documents =
      platform.length === 0 ? read : [...read.filter((object) => object["kind"] !== "Node"), ...platform];
    const others = documents.filter((object) => object["kind"] !== "Pod");
    // Of what admission refuses nothing will be pulled.
    const toAsk = pods.filter(({ admission }) => admission?.state !== "refused").map(({ pod }) => pod);
    const asked =
      (await probing?.ask([...others, ...toAsk], true, (done, all) =>
        say(`Asking registries, ${done} of ${all} images`),
      )) ?? [];
    const { checkPulls } = await import("../check/pull-check.ts");
    return {
      checks: checkPulls(indexObjects([...documents, ...asked]), pods, {
        kubectlFlags: kubectlFlags(flags),
        asked: probing !== undefined,
        isLive: flags.filename === undefined,
      }),
      notLookedAt: given.flatMap(passedOver),
    };
  } finally {
    server?.close();
  }
}

/** The code for it is loaded only where it is asked for. */
async function admissionOf(
  server: ApiServer | undefined,
  templates: WrittenTemplates | undefined,
  given: readonly Json[],
): Promise<AskAdmission | undefined> {
  if (server === undefined || templates === undefined) return undefined;
  const { askAdmission } = await import("../gather/cluster/dry-run.ts");
  return (pods) => askAdmission(server, pods, templates, given);
}

async function startProbing(
  flags: CanPullFlags,
  environment: ReturnType<typeof processEnvironment>,
): Promise<Probing> {
  const { createProbing } = await import("./probing.ts");
  return createProbing(flags, environment);
}

async function readGiven(files: readonly string[], terminal: Terminal, gate: Gate): Promise<readonly Json[]> {
  const { refuseUnrendered } = await import("../gather/files/unrendered.ts");
  await refuseUnrendered(files);
  const { readFiles } = await import("../gather/files/files.ts");
  return readFiles(files, terminal.input, gate);
}

function inNamespace(object: Json, namespace: string): Json {
  const metadata = record(object, "metadata");
  return metadata["namespace"] === undefined ? { ...object, metadata: { ...metadata, namespace } } : object;
}

/** With files a cluster is of help and not needed, unless its admission is to be asked. */
async function connected(flags: CanPullFlags, environment: ReturnType<typeof processEnvironment>) {
  try {
    return await connect(connectionOptions(flags), environment);
  } catch (error) {
    const needed = flags.filename === undefined || flags.admission === true;
    if (!needed && error instanceof ConnectionError) return undefined;
    throw error;
  }
}

interface Asked {
  readonly images: readonly string[];
  readonly targets: readonly Target[];
  readonly given: readonly Json[];
}

async function usersOf(
  reader: Reader | undefined,
  { images, targets, given }: Asked,
  flags: CanPullFlags,
  { namespace }: PodOptions,
): Promise<PullUsers> {
  if (flags.filename !== undefined || reader === undefined) return { images, objects: given };
  if (images.length > 0 && targets.length === 0) return { images, objects: [] };
  if (targets.length > 0) {
    const [missing] = await readUsers(reader, targets, namespace);
    if (missing !== undefined)
      throw new UserError(
        `${missing.kind.toLowerCase()} "${missing.name}" not found in namespace ${namespace}`,
        undefined,
        3,
      );
    const objects = [...reader.documents];
    await listPods(reader, namespace);
    return { images, objects };
  } else {
    const everywhere = flags.allNamespaces === true;
    const { selector } = flags;
    await listUsers(reader, {
      namespace: everywhere ? undefined : namespace,
      server: "",
      ...(selector === undefined ? {} : { selector }),
    });
  }
  return { images, objects: [...reader.documents] };
}

/** `deploy/web` is a workload; `library/nginx` is an image. */
function isTarget(word: string): boolean {
  const [kind = "", name, more] = word.split("/");
  return name !== undefined && more === undefined && !/[:@]/.test(name) && kindOfWord(kind) !== undefined;
}

function passedOver(object: Json): readonly NotLookedAt[] {
  if (object["holdsImage"] !== true) return [];
  const namespace = text(object, "metadata", "namespace");
  return [
    {
      kind: text(object, "kind") ?? "",
      ...(namespace === undefined ? {} : { namespace }),
      name: text(object, "metadata", "name") ?? "",
    },
  ];
}
