import type { Evidence } from "../evidence/evidence.ts";
import type { Fix, Listing } from "./rule.ts";

/** What is printed about one pull. */
interface Printed {
  readonly evidence: Evidence;
  readonly fixes: readonly Fix[];
}

/**
 * A patch replaces a list of pull secrets as a whole, so fixes that are printed together and write the same list have
 * to name each other's Secrets: those of one Pod's images, and those of Pods with one ServiceAccount. Undefined where
 * nobody else's fix brings anything.
 */
export function listedAlongside(all: readonly Printed[]): (one: Printed) => Listing | undefined {
  const onPod = new Map<object, Set<string>>();
  const onAccount = new Map<string, Set<string>>();
  for (const { evidence, fixes } of all)
    for (const { lists } of fixes) {
      add(onPod, evidence, lists?.pod ?? []);
      add(onAccount, accountOf(evidence), lists?.account ?? []);
    }
  return ({ evidence, fixes }) => {
    const own = (list: keyof Listing): readonly string[] => fixes.flatMap(({ lists }) => lists?.[list] ?? []);
    const pod = without(onPod.get(evidence), own("pod"));
    const account = without(onAccount.get(accountOf(evidence)), own("account"));
    return pod.length + account.length === 0 ? undefined : { pod, account };
  };
}

function accountOf({ pod }: Evidence): string {
  return `${pod.namespace}/${pod.serviceAccount}`;
}

function add<K>(sets: Map<K, Set<string>>, key: K, names: readonly string[]): void {
  const set = sets.get(key) ?? new Set();
  for (const name of names) set.add(name);
  sets.set(key, set);
}

function without(names: ReadonlySet<string> | undefined, own: readonly string[]): readonly string[] {
  return [...(names ?? [])].filter((name) => !own.includes(name));
}
