import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { leadingOf } from "../src/verdict.ts";

const file = fileURLToPath(new URL("reports/crio-static-build-resolves-nothing.yaml", import.meta.url));
const objects = JSON.stringify(await readFiles([file], () => []));

test.each([
  ["k8s.gcr.io", false],
  ["quay.io", false],
  ["loomteam.azurecr.io", true],
  ["registry.loom.example", true],
])("of %s, which does not resolve, that it is misspelt is thought: %s", (host, isThought) => {
  const items = JSON.parse(objects.replaceAll("k8s.gcr.io", host)) as Json[];
  const verdict = diagnose(indexObjects(items))[0]?.verdict;
  const leading = verdict === undefined ? undefined : leadingOf(verdict);
  expect(leading?.id).toBe("dns-failure");
  expect(leading?.finding.fixes.some(({ summary }) => summary.includes("misspelt"))).toBe(isThought);
});
