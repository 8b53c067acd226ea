import { describe, expect, test } from "vitest";
import { tellingFixMarks } from "../src/report/fix-marks.ts";

const marksOf = (summary: string): string =>
  tellingFixMarks({ summary, command: "kubectl apply -f -", effect: "replaces-pod" }, false);

describe("that the Pod is replaced", () => {
  test.each([
    "Or name it on this Pod only, and replace it by itself.",
    "To not wait, replace the Pod by itself.",
    "Name it on ServiceAccount default, for every Pod to come, and restart deployment/web.",
    "To not wait, delete the Pod; ReplicaSet web-1 makes it anew.",
    "Name it on the template of cronjob/web, and make job/web-1 anew.",
    "Create the Pod anew; admission then copies the list.",
    "Have the Pod made anew, so that admission copies the list.",
  ])("is not said twice: %s", (summary) => {
    expect(marksOf(summary)).toBe("");
  });

  test.each([
    "Write the login anew. That replaces all that the Secret holds.",
    "Make Secret regcred anew with type kubernetes.io/dockerconfigjson.",
    "Whoever runs the node has the runtime restart.",
    "Name it on the template of deployment/web.",
  ])("is said beside what is replaced otherwise: %s", (summary) => {
    expect(marksOf(summary)).toBe(" (replaces the Pod)");
  });
});
