import { connectionOptions, kubectlFlags } from "../cli/flags.ts";
import type { DiagnoseFlags } from "../cli/diagnose-command.ts";
import type { Terminal } from "../cli/terminal.ts";
import { type Diagnosis, diagnose, isFailing } from "../diagnose.ts";
import type { Json } from "../evidence/field.ts";
import { text } from "../evidence/field.ts";
import { indexObjects } from "../evidence/objects.ts";
import { build } from "../version.ts";
import { connect, processEnvironment } from "./api-server.ts";
import { gatherPods } from "./cluster.ts";
import { createReader } from "./reader.ts";
import { findPods, parseTarget } from "./targets.ts";

/** Reads from a cluster what the question needs, and diagnoses it. */
export async function gatherFromCluster(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<{ readonly diagnoses: readonly Diagnosis[]; readonly documents: readonly Json[] }> {
  const targets = words.map(parseTarget);
  const server = await connect(connectionOptions(flags), processEnvironment(build.version, terminal.signal));
  try {
    const reader = createReader(server);
    const scope = {
      namespace: flags.allNamespaces === true ? undefined : server.namespace,
      ...(flags.selector === undefined ? {} : { selector: flags.selector }),
      ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
    };
    const pods = await findPods(reader, targets, scope);
    const asked = targets.length === 0 ? pods.filter(mayFail) : pods;
    const question = { kubectlFlags: kubectlFlags(flags) };
    const header: Json = {
      apiVersion: "why-pull/v1",
      kind: "PullBundle",
      spec: { kubectlFlags: question.kubectlFlags, targets: asked.map(placeOf) },
    };
    const wanted = new Set(asked.map(placeOf));
    const documents = (): readonly Json[] => [
      header,
      ...reader.documents.filter((object) => object["kind"] !== "Pod" || wanted.has(placeOf(object))),
    ];
    const now = (): readonly Diagnosis[] => diagnose(indexObjects(documents()), question);
    await gatherPods(reader, asked, () =>
      now()
        .filter(isFailing)
        .map(({ evidence }) => `${evidence.pod.namespace}/${evidence.pod.name}`),
    );
    return { diagnoses: now(), documents: documents() };
  } finally {
    server.close();
  }
}

function placeOf(object: Json): string {
  return `${text(object, "metadata", "namespace") ?? "default"}/${text(object, "metadata", "name") ?? ""}`;
}

/** Of a whole namespace only the Pods are looked into that wait for something: what runs or is over has its images. */
function mayFail(pod: Json): boolean {
  const phase = text(pod, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return false;
  const status = pod["status"];
  if (typeof status !== "object" || status === null) return true;
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"] as const;
  return lists.some((list) => {
    const all: unknown = (status as Json)[list];
    return Array.isArray(all) && all.some((one: unknown) => waits(one));
  });
}

/** Reasons that say that the image is there. */
const pulledReasons = new Set(["CrashLoopBackOff", "CreateContainerConfigError", "RunContainerError"]);

function waits(status: unknown): boolean {
  const reason = text(status, "state", "waiting", "reason");
  const state = (status as Json)["state"];
  const waiting = typeof state === "object" && state !== null && "waiting" in state;
  return waiting && !pulledReasons.has(reason ?? "");
}
