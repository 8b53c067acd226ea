/**
 * Changes the evidence of a case in ways that change nothing about the cause, and looks whether the answer stays.
 * Seeded: a failure names its case and number, and the same two give the same objects again.
 */
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { toDiagnosisList, toJson } from "../src/report/structured.ts";
import { stringify } from "yaml";
import { addContainers, addLabels, addPods, addSecrets, addServiceAccounts } from "./mutations/additions.ts";
import { renameHosts, renumberPorts } from "./mutations/hosts.ts";
import {
  renameContainers,
  renameNamespaces,
  renameNodes,
  renamePods,
  renameSecrets,
  renameServiceAccounts,
  renameWorkloads,
} from "./mutations/names.ts";
import {
  renewEvents,
  shiftTime,
  shuffleContainers,
  shuffleEntries,
  shuffleFields,
  shuffleManagedFields,
  shuffleObjects,
} from "./mutations/order.ts";
import { type Random, seeded } from "./mutations/random.ts";
import { renameRepositories, renameTags } from "./mutations/repositories.ts";
import { type World, worldOf } from "./mutations/world.ts";

/** In the order in which they are applied: what is renamed has to be found before it is moved or written otherwise. */
export const mutations: Readonly<Record<string, (world: World, random: Random) => void>> = {
  "other Pod names": renamePods,
  "other namespaces": renameNamespaces,
  "other Secret names": renameSecrets,
  "other ServiceAccount names": renameServiceAccounts,
  "other container names": renameContainers,
  "other node names": renameNodes,
  "other workload names": renameWorkloads,
  "other repositories": renameRepositories,
  "other tags": renameTags,
  "other hosts": renameHosts,
  "other ports": renumberPorts,
  "more Secrets": addSecrets,
  "more ServiceAccounts": addServiceAccounts,
  "more running containers": addContainers,
  "more Pods": addPods,
  "more labels and annotations": addLabels,
  "another time": shiftTime,
  "another order of managedFields": shuffleManagedFields,
  "another order of Secret entries": shuffleEntries,
  "another order of containers": shuffleContainers,
  "events of events.k8s.io/v1": renewEvents,
  "another order of fields": shuffleFields,
  "another order of objects": shuffleObjects,
};

const names = Object.keys(mutations);

/** What a mutation must leave as it is, for one image of one Pod; names are the original ones. */
interface Answer {
  readonly state: string;
  readonly cause: string | null;
  readonly confidence: string | null;
  readonly alternatives: readonly string[];
  readonly kind: string | null;
  readonly sent: string;
  readonly given: readonly string[] | null;
  /** Keys of one Secret that mean the same have no order (Go's maps). */
  readonly unordered: boolean;
}

interface Item {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly container: string;
  readonly verdict: Pick<Answer, "state" | "cause" | "confidence" | "alternatives">;
  readonly failure: { readonly kind: string } | null;
  readonly credential: {
    readonly sent: string;
    readonly given: readonly { readonly secret: string; readonly registryKey: string }[] | null;
  };
}

function answers(objects: readonly Json[]): ReadonlyMap<string, Answer> {
  const diagnoses = diagnose(indexObjects(objects));
  const { items } = JSON.parse(toJson(toDiagnosisList(diagnoses))) as { items: readonly Item[] };
  return new Map(
    items.map(({ pod, container, verdict, failure, credential }, index) => {
      const given = credential.given?.map(({ secret, registryKey }) => `${secret}: ${registryKey}`) ?? null;
      const state = diagnoses[index]?.pull.given;
      const { state: verdictState, cause, confidence, alternatives } = verdict;
      return [
        `${pod.namespace}/${pod.name}/${container}`,
        {
          state: verdictState,
          cause,
          confidence,
          alternatives: alternatives.toSorted(),
          kind: failure?.kind ?? null,
          sent: credential.sent,
          given,
          unordered: state?.state === "logins" && state.unordered,
        },
      ];
    }),
  );
}

/** The answers as they have to be, under the names that a world has given. */
function expected(before: ReadonlyMap<string, Answer>, world: World): ReadonlyMap<string, Answer> {
  const named = (map: ReadonlyMap<string, string>, name: string): string => map.get(name) ?? name;
  return new Map(
    [...before].map(([place, answer]) => {
      const [namespace = "", pod = "", container = ""] = place.split("/");
      const given = answer.given?.map((login) => {
        const [secret = "", ...key] = login.split(": ");
        const text = world.texts.reduce((now, change) => change(now), key.join(": "));
        return `${named(world.secrets, secret)}: ${text}`;
      });
      return [
        `${named(world.namespaces, namespace)}/${named(world.pods, pod)}/${named(world.containers, container)}`,
        { ...answer, given: given ?? null },
      ];
    }),
  );
}

/**
 * Runs `count` mutations of one case's objects and returns a sentence for each that changed an answer. Where there are
 * enough of them, the first are one kind of mutation each, so that a fault is seen alone; the others take several at
 * once. Every tenth goes through text: JSON or YAML, one List or single documents.
 */
export async function mutateCase(
  label: string,
  objects: readonly Json[],
  count: number,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const random = seeded(`${label} ${number}`);
    const single = number < names.length && count > names.length;
    const chosen = single ? [names[number] ?? ""] : names.filter(() => random.below(3) === 0);
    const world = worldOf(objects);
    for (const name of chosen) mutations[name]?.(world, random);
    const admitted = number % 10 === 9 ? await throughText(world, random) : world.objects.map(admit);
    const how = `${label}, mutation ${number} (${chosen.join(", ")})`;
    faults.push(...changedAnswers(objects, world, admitted).map((fault) => `${how}: ${fault}`));
  }
  return faults;
}

/** What is answered otherwise about `now`, the objects of a world, than about the objects `before`. */
export function changedAnswers(
  before: readonly Json[],
  world: World,
  now: readonly Json[],
): readonly string[] {
  const after = answers(now);
  return [...expected(answers(before), world)].flatMap(([place, answer]) =>
    inWords(after.get(place)) === inWords(answer)
      ? []
      : [`${place} was ${inWords(answer)} and is ${inWords(after.get(place))}`],
  );
}

function inWords(answer: Answer | undefined): string {
  const given = answer?.unordered === true ? (answer.given?.toSorted() ?? null) : answer?.given;
  return JSON.stringify({ ...answer, given });
}

/** The objects as a file has them, read back as the program reads files. */
async function throughText(world: World, random: Random): Promise<readonly Json[]> {
  const list = { apiVersion: "v1", kind: "List", items: world.objects };
  const texts = [
    () => JSON.stringify(list),
    () => JSON.stringify(list, null, 2),
    () => stringify(list, { aliasDuplicateObjects: false }),
    () => world.objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"),
  ];
  const text = random.pick(texts)?.() ?? "";
  return readFiles(["-"], () => [Buffer.from(text)]);
}
