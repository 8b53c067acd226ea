import { describe, expect, test } from "vitest";
import { readCases } from "../../scripts/case-folders.ts";
import { diagnose } from "../../src/diagnose.ts";
import type { Json } from "../../src/evidence/field.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { leadingOf } from "../../src/verdict.ts";

/**
 * The registry asks for a login and the node sent none: a pull secret is missing, or a provider of the node was meant and passed over. From outside both
 * look alike, so each row has other evidence of the node.
 */

const cases = await readCases();
const folder = cases.find(({ name }) => name === "service-account-not-opted-in/annotation-lacking");
if (folder === undefined) throw new Error("the case of these tests is gone");
const image = "images.corp.example/data/etl:12";
const isConfig = ({ kind }: Json): boolean => kind === "CredentialProviderConfig";
const withConfig = folder.objects;
const objects = withConfig.filter((object) => !isConfig(object));

const kubelet = (spec: object): Json => ({
  apiVersion: "why-pull/v1",
  kind: "NodeConfiguration",
  metadata: { name: "node-1" },
  spec: { providerErrors: {}, verificationAllowlist: [], ...spec },
});
const configured = kubelet({ providersConfigured: true });

const probed = (name = image): Json => ({
  apiVersion: "why-pull/v1",
  kind: "RegistryProbe",
  metadata: { name, namespace: "data" },
  spec: { image: name, imagePullSecrets: [] },
  status: {
    time: "2026-03-02T08:02:00Z",
    host: name.split("/")[0],
    unreadSecrets: false,
    steps: [
      {
        by: "node",
        method: "HEAD",
        target: "manifest",
        host: name.split("/")[0],
        status: 401,
        registry: true,
        challenge: { schemes: ["basic"] },
      },
    ],
  },
});

/** The same story elsewhere: text by text. */
function told(documents: readonly Json[], from: string, to: string): readonly Json[] {
  return JSON.parse(JSON.stringify(documents).replaceAll(from, to)) as readonly Json[];
}

function answerOf(documents: readonly Json[]): string {
  const [{ verdict } = { verdict: { state: "waiting" } as const }] = diagnose(indexObjects(documents));
  const leading = leadingOf(verdict);
  const named =
    leading === undefined ? [] : [leading.id, ...(verdict.state === "ambiguous" ? verdict.alternatives : [])];
  return [verdict.state, leading?.finding.confidence, ...named].join(" ");
}

const open = "no-pull-secret node-credential-failed service-account-not-opted-in";
const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

describe("where the node sent no login to a registry that asks for one", () => {
  test.for<[string, readonly Json[], string]>([
    ["nobody asked it, and providers are there", [...objects, configured], `ambiguous likely ${open}`],
    [
      "it rests on the providers' configuration, which nobody has seen",
      [...objects, configured, probed()],
      "cause possible no-pull-secret",
    ],
    [
      "one that has failed is as good a reading",
      [...objects, kubelet({ providersConfigured: true, providerErrors: { corp: 3 } }), probed()],
      `ambiguous likely ${open}`,
    ],
    [
      "a kubelet before 1.33 passes over none without a count",
      [...told(objects, "v1.36.3", "v1.32.4"), configured, probed()],
      "cause likely no-pull-secret",
    ],
    [
      "a kubelet without providers passes over none",
      [...objects, kubelet({ providersConfigured: false }), probed()],
      "cause likely no-pull-secret",
    ],
    [
      "the configuration shows the provider that was passed over",
      [...withConfig, configured, probed()],
      "cause likely service-account-not-opted-in",
    ],
    [
      "the configuration shows that none was meant",
      [
        ...told(withConfig.filter(isConfig), "images.corp.example", "other.corp.example"),
        ...objects,
        configured,
        probed(),
      ],
      "cause likely no-pull-secret",
    ],
    [
      "the runtime's words are those of a login that was sent",
      [
        ...told(
          objects,
          "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
          "unexpected status from HEAD request to https://images.corp.example/v2/data/etl/manifests/12: 401 Unauthorized",
        ),
        configured,
        probed(),
      ],
      "ambiguous likely node-credential-failed no-pull-secret",
    ],
    [
      "a cloud's registry is the node's affair",
      told([...objects, configured, probed()], "images.corp.example", ecr),
      `ambiguous likely ${open}`,
    ],
  ])("%s", ([, documents, answer]) => {
    expect(answerOf(documents)).toBe(answer);
  });

  test("the assumption is said, and what would settle it", () => {
    const [diagnosis] = diagnose(indexObjects([...objects, configured, probed()]));
    const finding = diagnosis === undefined ? undefined : leadingOf(diagnosis.verdict)?.finding;
    expect(finding?.confidence === "possible" ? finding.assuming.map(({ text }) => text) : []).toEqual([
      expect.stringContaining("service-account-not-opted-in"),
    ]);
    expect(finding?.confirm).toContain("--credential-provider-config");
  });
});
