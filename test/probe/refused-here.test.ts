import { expect, test } from "vitest";
import { readCases } from "../../scripts/case-folders.ts";
import { diagnose } from "../../src/diagnose.ts";
import { type Json, record } from "../../src/evidence/field.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { leadingOf } from "../../src/verdict.ts";

/** Who was refused for where the request came from is not told to ask again from there. */

const cases = await readCases();
const folder = cases.find(({ name }) => name === "forbidden/lets-another-machine-in");
if (folder === undefined) throw new Error("the case of these tests is gone");
const host = "images.corp.example";
const objects = JSON.parse(
  JSON.stringify(folder.objects).replaceAll("345678901234.dkr.ecr.eu-central-1.amazonaws.com", host),
) as readonly Json[];

const first = { by: "node", method: "HEAD", target: "manifest", host, status: 403 };
const words = { ...first, by: "us", method: "GET" };

function confirmOf(steps: readonly object[]): string {
  const documents = objects.map((object) =>
    object["kind"] === "RegistryProbe"
      ? { ...object, status: { time: record(object, "status")["time"], host, unreadSecrets: false, steps } }
      : object,
  );
  const [diagnosis] = diagnose(indexObjects(documents));
  if (diagnosis?.verdict.state !== "ambiguous") return diagnosis?.verdict.state ?? "nothing";
  return leadingOf(diagnosis.verdict)?.finding.confirm ?? "";
}

test.for([
  [
    "an address that is refused in words",
    [first, { ...words, message: "client with IP '203.0.113.7' is not allowed access." }],
  ],
  ["a refusal of everybody, before anybody is asked for a login", [first, words]],
] as const)("%s", ([, steps]) => {
  expect(confirmOf(steps)).toMatch(/^Ask whoever runs images\.corp\.example which addresses it lets in/);
});

test("a registry that cannot be reached from here leaves the check as it is", () => {
  const { status: _, ...silent } = first;
  expect(confirmOf([{ ...silent, failure: "connect-timeout" }])).toMatch(/^Pull /);
});
