import type { Diagnosis } from "../diagnose.ts";
import type { Json } from "../evidence/field.ts";
import { processEnvironment } from "../gather/cluster/api-server.ts";
import { ConnectionError } from "../gather/connection/connection-error.ts";
import { readKubeconfigFiles } from "../gather/connection/kubeconfig/files.ts";
import { nearNames } from "../text/near-names.ts";
import { UserError } from "../user-error.ts";
import { build } from "../version.ts";
import { askCluster, type Gathered } from "./ask-cluster.ts";
import { connectionOptions, type DiagnoseFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** Clusters that are asked at the same time: each holds connections, and may run a credential plugin. */
const atOnce = 8;

/**
 * Asks the clusters of several contexts, each as if it were alone. One that does not answer hides no other: it is among
 * `unasked`, and its error among the errors. A target that only some clusters have is missing in none.
 */
export async function askFleet(
  words: readonly string[],
  flags: DiagnoseFlags,
  given: readonly Json[],
  terminal: Terminal,
  told: (seen: number, failing: number) => void,
): Promise<Gathered> {
  const contexts = await contextsOf(flags, terminal);
  const counts = new Map<string, readonly [number, number]>();
  const askOne = async (context: string): Promise<Answer> => {
    const count = (seen: number, failing: number): void => {
      counts.set(context, [seen, failing]);
      told(sum(counts, 0), sum(counts, 1));
    };
    try {
      return {
        context,
        gathered: await askCluster(words, { ...flags, context }, given, terminal, count, context),
      };
    } catch (error) {
      return { context, error };
    }
  };
  const answers: Answer[] = [];
  for (let next = 0; next < contexts.length; next += atOnce)
    answers.push(...(await Promise.all(contexts.slice(next, next + atOnce).map(askOne))));
  return joined(answers);
}

type Answer = { readonly context: string } & ({ readonly gathered: Gathered } | { readonly error: unknown });

async function contextsOf(flags: DiagnoseFlags, terminal: Terminal): Promise<readonly string[]> {
  const environment = processEnvironment(build.version, terminal.signal);
  const known = [...(await readKubeconfigFiles(connectionOptions(flags), environment)).contexts.keys()];
  const asked = [...new Set(flags.contexts)];
  if (asked.length === 1 && asked[0] === "all" && !known.includes("all")) {
    if (known.length === 0) throw new UserError("the kubeconfig has no contexts", undefined, 3);
    return known;
  }
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown === undefined) return asked;
  const near = nearNames(unknown, known);
  throw new UserError(
    `context "${unknown}" does not exist`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "kubectl config get-contexts lists them.",
    3,
  );
}

function joined(answers: readonly Answer[]): Gathered {
  const found = answers.flatMap((answer) => ("gathered" in answer ? [answer.gathered] : []));
  const failed = answers.flatMap((answer) => ("error" in answer ? [answer] : []));
  const bug = failed.find(({ error }) => !(error instanceof UserError));
  if (bug !== undefined) throw bug.error;
  const isMissingHere = (error: unknown): boolean =>
    !(error instanceof ConnectionError) && found.some(({ diagnoses }) => diagnoses.length > 0);
  const unasked = failed.filter(({ error }) => !isMissingHere(error));
  return {
    diagnoses: withoutTwins(found.flatMap(({ diagnoses }) => diagnoses)),
    documents: [],
    errors: [
      ...unasked.map(({ context, error }) => ofContext(context, error)),
      ...found.flatMap(({ errors = [] }) => errors),
    ],
    unasked: unasked.map(({ context }) => context),
    ...seenOf(found),
  };
}

function ofContext(context: string, error: unknown): Error {
  const message = error instanceof Error ? error.message.replace(/^error: /, "") : "";
  const hint = error instanceof UserError ? error.hint : undefined;
  return new UserError(`context ${context}: ${message}`, hint, 3);
}

/** Two contexts may lead to one cluster. */
function withoutTwins(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  const seen = new Map<string, string | undefined>();
  return diagnoses.filter(({ evidence: { pod, context } }) => {
    if (pod.uid === undefined) return true;
    if (!seen.has(pod.uid)) seen.set(pod.uid, context);
    return seen.get(pod.uid) === context;
  });
}

function seenOf(found: readonly Gathered[]): Pick<Gathered, "seen"> {
  const all = found.flatMap(({ seen }) => seen ?? []);
  if (all.length === 0) return {};
  return {
    seen: {
      pods: all.reduce((total, { pods }) => total + pods, 0),
      containers: new Set(all.flatMap(({ containers }) => [...containers])),
    },
  };
}

function sum(counts: ReadonlyMap<string, readonly [number, number]>, which: 0 | 1): number {
  return [...counts.values()].reduce((total, count) => total + count[which], 0);
}
