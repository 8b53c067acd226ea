import { type Diagnosis, diagnose, isFailing } from "../diagnose.ts";
import type { Json } from "../evidence/field.ts";
import { records, text } from "../evidence/field.ts";
import { minorVersion } from "../evidence/node.ts";
import { indexObjects } from "../evidence/objects.ts";
import { readPod } from "../evidence/pod.ts";
import { type ApiServer, connect, processEnvironment } from "../gather/api-server.ts";
import { gatherFurther, gatherNamed, readsLeft } from "../gather/cluster.ts";
import { mayRequestAudience, readNodeEndpoints, withAudience } from "../gather/node-endpoints.ts";
import { createReader, type Reader } from "../gather/reader.ts";
import { findPods, parseTarget } from "../gather/targets.ts";
import { providerParts } from "../pull/node-credential.ts";
import { build } from "../version.ts";
import type { DiagnoseFlags } from "./diagnose-command.ts";
import { connectionOptions, kubectlFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

export interface Gathered {
  readonly diagnoses: readonly Diagnosis[];
  readonly documents: readonly Json[];
}

/** Reads from a cluster what the question needs, and diagnoses it. `given` are objects that the user brought along. */
export async function askCluster(
  words: readonly string[],
  flags: DiagnoseFlags,
  given: readonly Json[],
  terminal: Terminal,
): Promise<Gathered> {
  const targets = words.map(parseTarget);
  const server = await connect(connectionOptions(flags), processEnvironment(build.version, terminal.signal));
  try {
    const reader = createReader(server);
    const scope = {
      namespace: flags.allNamespaces === true ? undefined : server.namespace,
      ...(flags.selector === undefined ? {} : { selector: flags.selector }),
      ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
    };
    const found = await findPods(reader, targets, scope);
    const asked = (targets.length === 0 ? found.filter(mayFail) : found).map(readPod);
    const places = new Set(asked.map(({ namespace, name }) => `${namespace}/${name}`));
    const question = { kubectlFlags: kubectlFlags(flags) };
    const header = headerOf(question.kubectlFlags, [...places]);
    const learnt: Json[] = [];
    const documents = (): readonly Json[] => [
      header,
      ...given,
      ...learnt,
      ...reader.documents.filter((object) => object["kind"] !== "Pod" || places.has(placeOf(object))),
    ];
    const now = (): readonly Diagnosis[] => diagnose(indexObjects(documents()), question);
    await gatherNamed(reader, asked);
    const failing = now().filter(isFailing);
    const further = asked.filter((pod) =>
      failing.some(
        ({ evidence }) => evidence.pod.name === pod.name && evidence.pod.namespace === pod.namespace,
      ),
    );
    const [configurations] = await Promise.all([
      Promise.all(nodeQuestions(failing, reader).map((ask) => ask(server))),
      gatherFurther(reader, further),
    ]);
    learnt.push(...configurations.filter((document) => document !== undefined));
    return { diagnoses: now(), documents: documents() };
  } finally {
    server.close();
  }
}

function headerOf(flags: readonly string[], targets: readonly string[]): Json {
  return { apiVersion: "why-pull/v1", kind: "PullBundle", spec: { kubectlFlags: flags, targets } };
}

function placeOf(object: Json): string {
  return `${text(object, "metadata", "namespace") ?? "default"}/${text(object, "metadata", "name") ?? ""}`;
}

/** Of a whole namespace only the Pods are looked into that wait for something: what runs or is over has its images. */
function mayFail(pod: Json): boolean {
  const phase = text(pod, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return false;
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  return lists.some((list) => records(pod, "status", list).some(waits));
}

/** Reasons that say that the image is there. */
const pulledReasons = new Set(["CrashLoopBackOff", "CreateContainerConfigError", "RunContainerError"]);

function waits(status: Json): boolean {
  const state = status["state"];
  const waiting = typeof state === "object" && state !== null && "waiting" in state;
  return waiting && !pulledReasons.has(text(status, "state", "waiting", "reason") ?? "");
}

type NodeQuestion = (server: ApiServer) => Promise<Json | undefined>;

/** What only the node knows and the verdict may turn on, one question a node, within each Pod's budget of reads. */
function nodeQuestions(failing: readonly Diagnosis[], reader: Reader): readonly NodeQuestion[] {
  const questions = new Map<string, NodeQuestion>();
  for (const diagnosis of failing) {
    const { pod } = diagnosis.evidence;
    const { node } = pod;
    if (node === undefined || questions.has(node)) continue;
    const left = readsLeft(reader, pod);
    const policy = diagnosis.pull.attempt.failure?.reading.kind === "never-pull-policy";
    if (policy && left >= 1 && checksImages(diagnosis))
      questions.set(node, (server) => readNodeEndpoints(server, node, "policy"));
    if (!policy && left >= 2 && nodeMayHaveLogin(diagnosis))
      questions.set(node, providerQuestion(diagnosis, node));
  }
  return [...questions.values()];
}

/** Since 1.33 a kubelet may refuse an image that is there (KEP-2535). */
function checksImages({ evidence }: Diagnosis): boolean {
  return evidence.node.state === "found" && (minorVersion(evidence.node.value.kubeletVersion) ?? 0) >= 33;
}

/** The Pod brought no login for an image that wants one, so the node's own is the question. */
function nodeMayHaveLogin({ pull, evidence }: Diagnosis): boolean {
  const none = pull.given.state === "logins" && pull.given.logins.length === 0;
  return none && pull.sent !== "nothing" && evidence.pod.pullSecrets.length === 0;
}

function providerQuestion({ evidence, pull }: Diagnosis, node: string): NodeQuestion {
  const asked = providerParts(evidence, pull.reference)?.find(
    ({ part, provider }) => part === "runs" && provider.token !== undefined,
  );
  const audience = asked?.provider.token?.audience;
  return async (server) => {
    if (audience === undefined) return readNodeEndpoints(server, node, "providers");
    const { namespace, serviceAccount } = evidence.pod;
    const allowed = await mayRequestAudience(server, { node, namespace, serviceAccount, audience });
    return allowed === undefined ? undefined : withAudience(undefined, node, audience, allowed);
  };
}
