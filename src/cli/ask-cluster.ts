import type { Diagnosis } from "../diagnose.ts";
import type { Json } from "../evidence/field.ts";
import { text } from "../evidence/field.ts";
import { indexObjects } from "../evidence/objects.ts";
import { type PodFacts, readPod } from "../evidence/pod.ts";
import { pathOf } from "../gather/cluster/api-paths.ts";
import {
  type ApiServer,
  connect,
  type Environment,
  processEnvironment,
} from "../gather/cluster/api-server.ts";
import { gatherBusy } from "../gather/cluster/busy-nodes.ts";
import { mayNotPull, takeCensus } from "../gather/cluster/may-fail.ts";
import { readNeighbours } from "../gather/cluster/neighbours.ts";
import { asksNeighbours, furtherReads, gatherFurther, gatherNamed } from "../gather/cluster/reads.ts";
import { mergedConfigurations } from "../gather/cluster/node-endpoints.ts";
import { asksNode, moreOfNodes, ownWords } from "../gather/cluster/node-questions.ts";
import { createReader, type Reader } from "../gather/cluster/reader.ts";
import { findPods, parseTarget } from "../gather/cluster/target.ts";
import { build } from "../version.ts";
import type { DiagnoseFlags } from "./flags.ts";
import { connectionOptions, kubectlFlags } from "./flags.ts";
import { loadMeanwhile } from "./meanwhile.ts";
import { noPods } from "./no-pods.ts";
import type { Probing } from "./probing.ts";
import type { Terminal } from "./terminal.ts";

export interface Gathered {
  readonly diagnoses: readonly Diagnosis[];
  readonly documents: readonly Json[];
  /** Why there is nothing to diagnose, where not a single Pod was found. */
  readonly noPods?: string;
  /** Targets that could not be read, beside others that could. */
  readonly errors?: readonly Error[];
  /** Of several contexts, those whose cluster could not be asked; why is among the errors. */
  readonly unasked?: readonly string[];
  /** Of a list of Pods: how many there were, and their containers, of which only failing ones were looked into. */
  readonly seen?: { readonly pods: number; readonly containers: ReadonlySet<string> };
}

/**
 * Reads from a cluster what the question needs, and diagnoses it. `given` are objects that the user brought along, `told`
 * hears of Pods as they come in, and `context` is named where several clusters are asked.
 */
export async function askCluster(
  words: readonly string[],
  flags: DiagnoseFlags,
  given: readonly Json[],
  terminal: Terminal,
  told: (seen: number, failing: number) => void = () => undefined,
  context?: string,
): Promise<Gathered> {
  const targets = words.map(parseTarget);
  const environment = processEnvironment(build.version, terminal.signal);
  const server = await connect(connectionOptions(flags), environment);
  const probing = flags.probe === true ? await startProbing(flags, environment) : undefined;
  try {
    const reader = createReader(server, probing?.gate);
    const flagsToPrint = kubectlFlags(flags);
    const scope = {
      namespace: flags.allNamespaces === true ? undefined : server.namespace,
      server: server.server,
      kubectlFlags: flagsToPrint,
      ...(flags.selector === undefined ? {} : { selector: flags.selector }),
      ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
    };
    const census = takeCensus(told);
    const [{ pods: found, errors }] = await Promise.all([
      findPods(reader, targets, scope, census.take),
      loadMeanwhile(partsOfAnAnswer),
    ]);
    const documents = await evidenceOf(found.map(readPod), server, reader, given, flagsToPrint);
    if (probing !== undefined) documents.push(...(await probing.ask(documents, targets.length > 0)));
    const { diagnose } = await import("../diagnose.ts");
    return {
      diagnoses: diagnose(indexObjects(documents), {
        kubectlFlags: flagsToPrint,
        ...(context === undefined ? {} : { context }),
      }),
      documents,
      errors,
      ...(targets.length === 0 ? { seen: { pods: census.seen(), containers: census.containers } } : {}),
      ...(found.length + errors.length + census.seen() === 0
        ? { noPods: noPods(reader, targets, scope) }
        : {}),
    };
  } finally {
    server.close();
  }
}

export async function startProbing(flags: DiagnoseFlags, environment: Environment): Promise<Probing> {
  const { createProbing } = await import("./probing.ts");
  return createProbing(flags, environment);
}

/** Pods that are known by name, as they are now; one that is gone meanwhile is none. */
export async function askAgain(
  places: readonly { readonly namespace: string; readonly name: string }[],
  flags: DiagnoseFlags,
  given: readonly Json[],
  server: ApiServer,
): Promise<Gathered> {
  const reader = createReader(server);
  const flagsToPrint = kubectlFlags(flags);
  const found = await Promise.all(
    places.map(({ namespace, name }) => reader.get(pathOf("Pod", namespace, name))),
  );
  const pods = found.flatMap((pod) => (pod === undefined ? [] : [readPod(pod)]));
  const documents = await evidenceOf(pods, server, reader, given, flagsToPrint);
  const { diagnose } = await import("../diagnose.ts");
  return { diagnoses: diagnose(indexObjects(documents), { kubectlFlags: flagsToPrint }), documents };
}

/** Reads what bears on these Pods, and returns it with them. */
async function evidenceOf(
  asked: readonly PodFacts[],
  server: ApiServer,
  reader: Reader,
  given: readonly Json[],
  flagsToPrint: readonly string[],
): Promise<Json[]> {
  const failing = asked.filter(mayNotPull);
  const [kubelets, neighbours] = await Promise.all([
    answered(ownWords(server, failing)),
    readNeighbours(server, failing.filter(asksNeighbours), asked),
    gatherNamed(reader, asked),
  ]);
  const further = furtherReads(reader, failing);
  const nodes = indexObjects([...given, ...kubelets]);
  const [more] = await Promise.all([
    answered(moreOfNodes(server, further, nodes)),
    gatherFurther(reader, further, { neighbours, asksNode: (pod) => asksNode(pod, nodes) }),
  ]);
  await gatherBusy(reader, failing);
  const learnt = mergedConfigurations([...kubelets, ...more]);
  const places = new Set(asked.map(({ namespace, name }) => `${namespace}/${name}`));
  const others = [...neighbours.values()].flat().map(({ object }) => object);
  return [
    headerOf(flagsToPrint, [...places], others.map(placeOf)),
    ...given,
    ...learnt,
    ...reader.documents.filter((object) => object["kind"] !== "Pod" || places.has(placeOf(object))),
    ...others,
  ];
}

const partsOfAnAnswer = [() => import("../diagnose.ts"), () => import("../report/text.ts")];

async function answered(questions: readonly Promise<Json | undefined>[]): Promise<readonly Json[]> {
  return (await Promise.all(questions)).filter((document) => document !== undefined);
}

function headerOf(flags: readonly string[], targets: readonly string[], neighbours: readonly string[]): Json {
  const spec = { kubectlFlags: flags, targets, ...(neighbours.length === 0 ? {} : { neighbours }) };
  return { apiVersion: "why-pull/v1", kind: "PullBundle", spec };
}

function placeOf(object: Json): string {
  return `${text(object, "metadata", "namespace") ?? "default"}/${text(object, "metadata", "name") ?? ""}`;
}
