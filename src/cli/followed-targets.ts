import type { Diagnosis } from "../diagnose.ts";
import { defined, type Json } from "../evidence/field.ts";
import {
  type ApiServer,
  connect,
  connectionError,
  processEnvironment,
  type ReadFailure,
} from "../gather/cluster/api-server.ts";
import { pathOf } from "../gather/cluster/api-paths.ts";
import {
  type FollowedPod,
  type FollowedPods,
  followPods,
  type PodScope,
} from "../gather/cluster/followed-pods.ts";
import { type Ended, endOf, type Newest, newestTemplate } from "../gather/cluster/newest-template.ts";
import { notRead, unreadable } from "../gather/cluster/not-found.ts";
import { createReader } from "../gather/cluster/reader.ts";
import type { Target } from "../gather/cluster/scope.ts";
import { parseTarget, selectorOf } from "../gather/cluster/target.ts";
import { isPassing } from "../gather/cluster/watch.ts";
import { UserError } from "../user-error.ts";
import { build } from "../version.ts";
import { askAgain } from "./ask-cluster.ts";
import { connectionOptions, type DiagnoseFlags, kubectlFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** What is followed: one thing for each target, or the Pods of a namespace. */
export interface Followed {
  /** These Pods as they are now, diagnosed as every question is. One that is gone meanwhile is not among them. */
  readonly look: (pods: readonly FollowedPod[]) => Promise<readonly Diagnosis[]>;
  /** Whether the image is that of the container that was named. */
  readonly isAsked: (one: Diagnosis) => boolean;
  readonly pods: FollowedPods;
  /** Absent where no target was named. */
  readonly targets: readonly (Target & { readonly namespace: string })[];
  /** How one of the targets is now. Rejects where it is gone. */
  readonly now: (index: number) => Promise<TargetNow>;
  readonly close: () => void;
}

export interface TargetNow {
  /** Its Pods that count: those of a workload's newest template. */
  readonly newest: Newest;
  /** It makes no Pod any more. */
  readonly ended?: Ended;
}

/** Begins to follow what the command line names. Rejects where it cannot be read, as a question about it would. */
export async function followTargets(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<Followed> {
  const server = await connect(connectionOptions(flags), processEnvironment(build.version, terminal.signal));
  const place = { server: server.server, kubectlFlags: kubectlFlags(flags) };
  const targets = words.map((word) => {
    const target = parseTarget(word);
    return { ...target, namespace: target.namespace ?? server.namespace };
  });
  const ending = new AbortController();
  const end = (): void => ending.abort();
  terminal.signal.addEventListener("abort", end, { once: true });
  /** Undefined where the server does not answer now, once it has. */
  const objectOf = async (
    target: Target & { readonly namespace: string },
    again: boolean,
  ): Promise<Json | undefined> => {
    const path = pathOf(target.kind, target.kind === "Node" ? undefined : target.namespace, target.name);
    const answer = await server.get(path);
    if (answer.ok) return answer.body as Json;
    if (again && isPassing(answer.failure)) return undefined;
    const over = connectionError(answer.failure, server.server);
    if (over !== undefined) throw over;
    const reader = createReader(server);
    await reader.get(path);
    throw await notRead(reader, target, { ...place, namespace: target.namespace }, path);
  };
  try {
    const scopes =
      targets.length === 0
        ? [scopeOfFlags(flags, server.namespace)]
        : await Promise.all(targets.map(async (target) => scopeOf(target, await objectOf(target, false))));
    const pods = followPods(
      server,
      scopes,
      {
        lost: outageTeller(terminal, server),
        refused: (failure) =>
          unreadable(failure, "watch", "pods", { ...place, namespace: scopes[0]?.namespace }),
      },
      ending.signal,
    );
    const { credentialProviderConfig: config } = flags;
    const given = config === undefined ? [] : await readGiven(config, terminal);
    return {
      isAsked: ({ pull }) => flags.container === undefined || pull.image.container === flags.container,
      look: async (those) => {
        const { diagnoses } = await askAgain(those, flags, given, server);
        return diagnoses;
      },
      pods,
      targets,
      now: async (index) => {
        const target = targets[index];
        if (target === undefined || target.kind === "Pod" || target.kind === "Node")
          return { newest: (those) => those };
        const object = await objectOf(target, true);
        if (object === undefined) return { newest: () => undefined };
        const newest = await newestTemplate(server, target, object, target.namespace);
        return { newest, ...defined({ ended: endOf(target, object) }) };
      },
      close: () => {
        terminal.signal.removeEventListener("abort", end);
        end();
        server.close();
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

async function readGiven(file: string, terminal: Terminal): Promise<readonly Json[]> {
  const { readFiles } = await import("../gather/files/files.ts");
  return readFiles([file], terminal.input);
}

function scopeOfFlags(flags: DiagnoseFlags, namespace: string): PodScope {
  return {
    namespace: flags.allNamespaces === true ? undefined : namespace,
    query: {
      ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
      ...(flags.fieldSelector === undefined ? {} : { fieldSelector: flags.fieldSelector }),
    },
  };
}

function scopeOf(
  { kind, name, namespace }: Target & { readonly namespace: string },
  object: Json = {},
): PodScope {
  switch (kind) {
    case "Pod":
      return { namespace, query: { fieldSelector: `metadata.name=${name}` } };
    case "Node":
      return { namespace: undefined, query: { fieldSelector: `spec.nodeName=${name}` } };
    case "CronJob":
      // Its Jobs come and go, and each has a selector of its own.
      return { namespace, query: {} };
    default: {
      const labelSelector = selectorOf(object);
      if (labelSelector === "") throw new UserError(`${kind} ${name} selects no Pods`, undefined, 3);
      return { namespace, query: { labelSelector } };
    }
  }
}

/** Says once that the server does not answer, and once that it does again. */
function outageTeller(terminal: Terminal, server: ApiServer): (failure: ReadFailure | undefined) => void {
  let losses = 0;
  return (failure) => {
    const before = losses;
    losses = failure === undefined ? 0 : losses + 1;
    // Watches break off now and then, and go on at once.
    if (losses === 2)
      terminal.complain(
        `The API server ${server.server} does not answer (${failure?.message ?? ""}); it is asked again.\n`,
      );
    else if (losses === 0 && before >= 2) terminal.complain("The API server answers again.\n");
  };
}
