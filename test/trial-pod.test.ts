import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { diagnoseCase, readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { toText } from "../src/report/text.ts";
import type { TrialPod } from "../src/trial-pod.ts";

const cases = await readCases();
const folder = cases.find(({ name }) => name === "dns-failure/resolves-elsewhere");
if (folder === undefined) throw new Error("the case of these tests is gone");
const objects = folder.objects;

function changed(kind: string, change: (object: Json) => Json): readonly Json[] {
  return objects.map((object) => (object["kind"] === kind ? change(object) : object));
}

function trialOf(documents: readonly Json[]): TrialPod | undefined {
  return diagnose(indexObjects(documents))[0]?.trial;
}

/** What kubectl would be given, by the shell's own reading. */
function handedOver(command: string): { readonly words: string; readonly pod: Json } {
  const printed = execFileSync("sh", ["-c", `kubectl() { echo "$@"; cat; }\n${command}`], {
    encoding: "utf8",
  });
  const [words = "", ...yaml] = printed.split("\n");
  return { words, pod: parse(yaml.join("\n")) as Json };
}

const expected = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { generateName: "why-pull-trial-", labels: { "app.kubernetes.io/name": "why-pull-trial" } },
  spec: {
    nodeName: "node-1",
    tolerations: [{ operator: "Exists", effect: "NoExecute" }],
    serviceAccountName: "default",
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: "registry-login" }],
    restartPolicy: "Never",
    securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "pull",
        image: "registry.inner.example/ward/api:1.0",
        imagePullPolicy: "Always",
        command: ["/why-pull-trial-runs-nothing"],
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "10m", memory: "32Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  },
};

describe("a Pod that makes the node pull once more", () => {
  test("is what a shell hands to kubectl, with the report's margin as well", () => {
    const create = trialOf(objects)?.create ?? "";
    expect(handedOver(create)).toEqual({ words: "create -f - -n ward", pod: expected });
    const report = toText(diagnose(indexObjects(objects)), { width: 80, colorLevel: 0, wide: false });
    const [, pasted = ""] = /^ *(echo '[^]*?' \| kubectl create .*)$/m.exec(report) ?? [];
    expect(handedOver(pasted)).toEqual({ words: "create -f - -n ward", pod: expected });
  });

  test("is one sentence where neither a registry was asked nor -o wide", () => {
    const unasked = cases.find(({ name }) => name === "forbidden/asked-for-no-login");
    const report = (wide: boolean): string =>
      toText(diagnose(indexObjects(unasked?.objects ?? [])), { width: 80, colorLevel: 0, wide });
    expect(report(false)).toContain("Node     What node node-1 gets now, only the node can tell.");
    expect(report(false)).not.toContain("apiVersion");
    const [, pasted = ""] = /^ *(echo '[^]*?' \| kubectl create .*)$/m.exec(report(true)) ?? [];
    expect(handedOver(pasted).words).toBe("create -f - -n team-g");
  });

  test("is asked about and removed by the label that it has", () => {
    const { explain = "", remove = "" } = trialOf(objects) ?? {};
    expect(explain).toBe("kubectl why-pull --wait=1m -l app.kubernetes.io/name=why-pull-trial -n ward");
    expect(remove).toBe("kubectl delete pods -l app.kubernetes.io/name=why-pull-trial -n ward");
  });

  test("asks of a Windows node nothing that only Linux has", () => {
    const node = (object: Json): Json => ({
      ...object,
      status: { nodeInfo: { operatingSystem: "windows" } },
    });
    const { pod } = handedOver(trialOf(changed("Node", node))?.create ?? "");
    expect(pod["spec"]).toMatchObject({ os: { name: "windows" }, securityContext: { runAsNonRoot: true } });
    expect(JSON.stringify(pod)).not.toMatch(/seccomp|runAsUser|capabilities/);
  });

  test("says so where admission would give it another list", () => {
    const bare = objects.map((object) => ({
      ...object,
      ...("spec" in object ? { spec: { ...(object["spec"] as Json), imagePullSecrets: [] } } : {}),
    }));
    const account = (object: Json): Json =>
      object["kind"] === "ServiceAccount" ? { ...object, imagePullSecrets: [{ name: "later" }] } : object;
    expect(trialOf(bare)?.summary).not.toContain("ServiceAccount");
    expect(trialOf(bare.map(account))?.summary).toContain("the list that ServiceAccount default has now");
  });

  test.each([
    ["node", { nodeName: "--all" }],
    ["ServiceAccount", { serviceAccountName: "a'b" }],
    ["Secret", { imagePullSecrets: [{ name: "x\ny" }] }],
  ])("is not printed with a name that no API server takes: %s", (_, change) => {
    const hostile = changed("Pod", (pod) => ({ ...pod, spec: { ...(pod["spec"] as Json), ...change } }));
    expect(trialOf(hostile)).toBeUndefined();
  });

  test("is not printed without the registry's answer, where the runtime's words decide", () => {
    expect(trialOf(objects.filter(({ kind }) => kind !== "RegistryProbe"))).toBeUndefined();
  });

  test("is printed for nobody whose cause the objects or the registry have shown", () => {
    const printed = cases.filter((one) => diagnoseCase(one).some(({ trial }) => trial !== undefined));
    const causes = printed.map(({ expect: { cause } }) => cause);
    expect(new Set(causes)).toEqual(new Set(["dns-failure", "forbidden", "mirror-failed", null]));
  });
});
