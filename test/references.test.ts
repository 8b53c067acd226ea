import { describe, expect, test } from "vitest";
import { type CaseFolder, diagnoseCase, readCases } from "../scripts/case-folders.ts";
import type { Diagnosis } from "../src/diagnose.ts";
import { isRecord, type Json, text } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import type { Observed, Ref } from "../src/evidence/observed.ts";
import { readPullSecret } from "../src/evidence/pull-secret.ts";
import { refText } from "../src/report/citations.ts";

/** Whoever reads a report can look again at what each sentence rests on, so every reference has to lead somewhere. */

const cases = await readCases();

/** Everything that a report about one image cites. */
function citedIn({ pull, verdict, unknowns }: Diagnosis): readonly Ref[] {
  const findings = !("others" in verdict)
    ? []
    : [...("leading" in verdict ? [verdict.leading] : []), ...verdict.others].map(({ finding }) => finding);
  return [
    ...pull.attempt.refs,
    ...(pull.attempt.failure === undefined ? [] : [pull.attempt.failure.ref]),
    ...pull.path.flatMap(({ refs }) => refs),
    ...findings.flatMap((finding) => [
      ...finding.because.flatMap(({ cites }) => cites),
      ...(finding.confidence === "possible" ? finding.assuming.flatMap(({ cites }) => cites) : []),
    ]),
    ...unknowns.map(({ ref }) => ref),
  ];
}

/** Why a reference leads nowhere, or undefined. */
function faultOf(ref: Ref, folder: CaseFolder, { evidence }: Diagnosis): string | undefined {
  const object = indexObjects(folder.objects).get(ref.kind, ref.namespace, ref.name);
  if (object.state === "found") return pathFault(ref, object.value);
  const known: readonly Observed<unknown>[] = [
    evidence.serviceAccount,
    evidence.node,
    evidence.events,
    evidence.providers,
    evidence.kubelet,
    ...evidence.secrets.values(),
    ...evidence.workloads,
  ];
  const told = known.some((observed) => isSame(observed.ref, ref));
  if (told) return undefined;
  return object.state === "absent" ? undefined : "neither an object nor an unknown of the evidence";
}

function isSame(a: Ref, b: Ref): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** What a claim says is not there: the path to it ends before it. */
const absences = /(\.imagePullSecrets|\.annotations|\.secrets|\.images|\.imagePullPolicy)$/;

function pathFault({ path, kind }: Ref, object: Json): string | undefined {
  if (path === undefined || absences.test(path)) return undefined;
  const entry = /^\.data\["[^"]+"\] → (.*)$/.exec(path)?.[1];
  if (kind === "Secret" && entry !== undefined) {
    const { payload } = readPullSecret(object);
    const keys = payload.state === "entries" ? payload.entries.map(({ registryKey }) => registryKey) : [];
    return keys.includes(entry) ? undefined : "the Secret has no such entry";
  }
  // A stripped Secret has no data; of an absent key the whole of it is cited.
  if (kind === "Secret" && path === ".data") return undefined;
  if (kind === "Node" && path.startsWith("/proxy")) return undefined;
  return follow(object, path) === undefined ? "the object has no such field" : undefined;
}

function follow(object: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\.([A-Za-z]+)|\[(\d+)\]|\["([^"]+)"\]/g)];
  if (steps.map(([step]) => step).join("") !== path) return undefined;
  return steps.reduce<unknown>((here, [, field, index, key]) => {
    if (index !== undefined) return Array.isArray(here) ? here[Number(index)] : undefined;
    return isRecord(here) ? here[field ?? key ?? ""] : undefined;
  }, object);
}

describe("every reference of a report", () => {
  test.for(cases.map((folder) => [folder.name, folder] as const))(
    "exists in the evidence: %s",
    ([, folder]) => {
      const faults = diagnoseCase(folder).flatMap((diagnosis) =>
        citedIn(diagnosis).flatMap((ref) => {
          const fault = faultOf(ref, folder, diagnosis);
          return fault === undefined ? [] : [`${refText(ref)}: ${fault}`];
        }),
      );
      expect([...new Set(faults)]).toEqual([]);
    },
  );
});

describe("these checks", () => {
  const folder = cases.find(({ name }) => name === "credential-rejected/password-wrong");
  const [diagnosis] = folder === undefined ? [] : diagnoseCase(folder);
  const pod: Ref = {
    kind: "Pod",
    namespace: "team-a",
    name: text(folder?.objects[0], "metadata", "name") ?? "",
  };

  test.for([
    ["another object", { ...pod, name: "nobody" }],
    ["a field that is not there", { ...pod, path: ".status.containerStatuses[7].state" }],
    [
      "an entry that is not there",
      {
        kind: "Secret",
        namespace: "team-a",
        name: "registry-login",
        path: '.data[".dockerconfigjson"] → other.example',
      },
    ],
  ] as const)("notice %s", ([, ref]) => {
    expect(
      folder === undefined || diagnosis === undefined ? "no case" : faultOf(ref, folder, diagnosis),
    ).toMatch(/no such|neither/);
  });

  test("let pass what is there", () => {
    expect(
      folder === undefined || diagnosis === undefined
        ? "no case"
        : faultOf({ ...pod, path: ".spec.imagePullSecrets[0]" }, folder, diagnosis),
    ).toBe(undefined);
  });
});
