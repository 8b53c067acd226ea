import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { type Diagnosis, diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import type { Rule } from "../src/rules/rule.ts";

/** What `expect.yaml` says of a case: written by hand, before the program was asked. */
export interface Expectation {
  /** Which Pod, where the evidence has several. */
  readonly pod?: string;
  /** The container or image volume in question. */
  readonly container: string;
  readonly state: "cause" | "ambiguous" | "undetermined" | "waiting" | "no-failure";
  readonly cause: string | null;
  readonly alternatives: readonly string[];
  readonly confidence: string | null;
  readonly given: readonly { readonly secret: string; readonly registryKey: string }[] | null;
  readonly sent: string;
  /** Rules that must have nothing to say. */
  readonly silent: readonly string[];
}

/** A folder of test/cases: `<cause>/<story>`, or `healthy/<story>`. */
export interface CaseFolder {
  readonly id: string;
  readonly story: string;
  /** `dns-failure/no-such-host` */
  readonly name: string;
  readonly path: string;
  readonly expect: Expectation;
  /** The first comment of the evidence, as one paragraph. */
  readonly comment: string;
  readonly objects: readonly Json[];
}

const root = fileURLToPath(new URL("../test/cases/", import.meta.url));

/** Every case, sorted; those of a cause that are not near misses come first within it. */
export async function readCases(): Promise<readonly CaseFolder[]> {
  const places = readdirSync(root)
    .toSorted()
    .flatMap((id) =>
      readdirSync(`${root}${id}`)
        .filter((story) => existsSync(`${root}${id}/${story}/expect.yaml`))
        .map((story) => ({ id, story })),
    );
  const cases = await Promise.all(places.map(({ id, story }) => readCase(id, story)));
  return cases.toSorted(
    (a, b) => a.id.localeCompare(b.id) || Number(isNearMiss(a)) - Number(isNearMiss(b)) || order(a, b),
  );
}

function order(a: CaseFolder, b: CaseFolder): number {
  return a.story < b.story ? -1 : 1;
}

async function readCase(id: string, story: string): Promise<CaseFolder> {
  const path = `${root}${id}/${story}`;
  const text = readFileSync(`${path}/evidence.yaml`, "utf8");
  const comment = /^(?:#[^\n]*\n)+/.exec(text)?.[0] ?? "";
  return {
    id,
    story,
    path,
    name: `${id}/${story}`,
    expect: parse(readFileSync(`${path}/expect.yaml`, "utf8")) as Expectation,
    comment: comment.replaceAll(/^# ?/gm, "").trim().split(/\s+/).join(" "),
    objects: await readFiles([`${path}/evidence.yaml`], () => []),
  };
}

/** Almost this cause, and another one in truth. */
export function isNearMiss({ id, expect }: CaseFolder): boolean {
  return expect.cause !== id;
}

export function diagnoseCase(folder: CaseFolder, rules?: readonly Rule[]): readonly Diagnosis[] {
  return diagnose(indexObjects(folder.objects), {}, rules);
}

/** The diagnosis of the Pod and container that the case is about. */
export function askedOf(folder: CaseFolder, diagnoses: readonly Diagnosis[]): Diagnosis | undefined {
  const { container, pod } = folder.expect;
  return diagnoses.find(
    ({ evidence, pull }) =>
      pull.image.container === container && (pod === undefined || evidence.pod.name === pod),
  );
}
