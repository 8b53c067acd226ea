import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { diagnose } from "../../src/diagnose.ts";
import type { Json } from "../../src/evidence/field.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import { readPullSecret, stripSecret } from "../../src/evidence/pull-secret.ts";
import { admit } from "../../src/evidence/gate/admit.ts";
import { toBundle } from "../../src/gather/files/bundle.ts";
import { toMarkdown } from "../../src/report/markdown.ts";
import { toDiagnosisList, toJson, toYaml } from "../../src/report/structured.ts";
import { toText } from "../../src/report/text.ts";
import { runCommand } from "../command.ts";
import { setStage } from "../hostile-run.ts";
import { type Random, seeded } from "../random.ts";
import { formsOf } from "../secret-forms.ts";
import { mismatch, paths } from "../shop.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-secrecy-"));
afterAll(() => rmSync(folder, { recursive: true }));
vi.setConfig({ testTimeout: 120_000 });

/** Long enough that no part of it is anywhere by accident, with what URLs and base64 change. */
const mark = "M4rk3d:pa/ss+w0rd~Zq9X";

const b64 = (text: string): string => Buffer.from(text).toString("base64");
const host = "registry.example";

/** Where in an entry the mark may stand. */
const entries: readonly ((r: Random) => unknown)[] = [
  () => ({ username: "u", password: mark }),
  () => ({ username: mark, password: "p" }),
  () => ({ auth: b64(`u:${mark}`) }),
  () => ({ auth: b64(`${mark}:p`) }),
  () => ({ auth: b64(mark) }),
  () => ({ auth: `${b64(`u:${mark}`)} ` }),
  () => ({ auth: b64(`u:${mark}???>>>`).replaceAll("+", "-").replaceAll("/", "_") }),
  () => ({ auth: `%${mark}` }),
  () => ({ auth: mark }),
  () => ({ auth: b64(`u:${mark}\n`) }),
  () => ({ username: "u", password: mark, auth: b64(`v:${mark}`) }),
  () => ({ username: "AWS", password: b64(JSON.stringify({ payload: mark, expiration: 1_700_000_000 })) }),
  () => ({
    username: "00000000-0000-0000-0000-000000000000",
    password: `eyJhbGciOiJub25lIn0.${b64(JSON.stringify({ exp: 1_700_000_000, secret: mark }))}.x`,
  }),
  () => ({ email: mark, username: "u" }),
  () => ({ identitytoken: mark }),
  () => ({ registrytoken: mark, auth: "" }),
  () => ({ [mark]: "x", username: "u", password: mark }),
  () => ({ username: 7, password: mark }),
  () => ({ username: { nested: mark } }),
  () => [mark],
  () => mark,
  (r) => ({ Username: mark, PASSWORD: mark, extra: [mark, { deep: mark }], n: r.below(9) }),
];

/** Registry keys into which people paste logins. */
const keys: readonly (() => string)[] = [
  () => host,
  () => `https://u:${encodeURIComponent(mark)}@${host}`,
  () => `https://u:${mark}@${host}/v2/`,
  () => `${mark}@${host}`,
  () => `${host}?token=${mark}`,
  () => `${host}#${mark}`,
  () => mark,
  () => b64(mark),
  () => ` ${mark}`,
  () => `${mark}\n${host}`,
  () => "https://index.docker.io/v1/",
  () => `https://${mark}`,
];

const types = [
  "kubernetes.io/dockerconfigjson",
  "kubernetes.io/dockercfg",
  "Opaque",
  "kubernetes.io/basic-auth",
  mark,
  "",
];
const fields = [".dockerconfigjson", ".dockercfg", "config.json", "password", "token"];

function payload(r: Random): string {
  const auths = Object.fromEntries(
    Array.from({ length: 1 + r.below(3) }, () => [r.pick(keys)(), r.pick(entries)(r)]),
  );
  const shape = r.below(10);
  const text =
    shape < 6
      ? JSON.stringify({
          auths,
          ...(r.chance(20) ? { credsStore: mark, credHelpers: { [mark]: mark } } : {}),
        })
      : shape === 6
        ? JSON.stringify(auths)
        : shape === 7
          ? JSON.stringify({
              Auths: auths,
              HttpHeaders: { Authorization: `Basic ${mark}` },
              [mark]: { auth: mark },
            })
          : shape === 8
            ? JSON.stringify({ auths: mark })
            : mark;
  if (r.chance(15)) return text.slice(0, r.below(text.length + 1));
  return r.chance(8) ? b64(text) : text;
}

function secret(r: Random): Json {
  const type = r.pick(types);
  const value = payload(r);
  const field = r.chance(70)
    ? type === "kubernetes.io/dockercfg"
      ? ".dockercfg"
      : ".dockerconfigjson"
    : r.pick(fields);
  const broken = r.below(12);
  const data =
    broken === 0
      ? { [field]: mark }
      : broken === 1
        ? { [field]: 7 }
        : { [field]: b64(value), ...(r.chance(20) ? { [mark.replaceAll(/[^\w]/g, "")]: b64(mark) } : {}) };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "regcred",
      namespace: "shop",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
          stringData: { [field]: value },
        }),
        note: mark,
        ...(r.chance(10)
          ? { "why-pull.dev/payload": r.pick([mark, JSON.stringify({ state: mark }), "{"]) }
          : {}),
      },
      labels: { note: mark },
      managedFields: [
        { manager: "kubectl", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:data": { [`f:${mark}`]: {} } } },
      ],
    },
    ...(type === "" ? {} : { type }),
    ...(r.chance(80) ? { data } : { stringData: { [field]: value } }),
  };
}

function pod(message: string): Json {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web",
      namespace: "shop",
      uid: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": mark, other: mark },
    },
    spec: {
      nodeName: "node-1",
      imagePullSecrets: [{ name: "regcred" }],
      containers: [
        {
          name: "app",
          image: `${host}/shop/api:1.0`,
          env: [{ name: "P", value: mark }],
          args: [mark],
          command: [mark],
        },
      ],
    },
    status: {
      phase: "Pending",
      containerStatuses: [{ name: "app", state: { waiting: { reason: "ErrImagePull", message } } }],
    },
  };
}

const messages: readonly ((secretWord: string) => string)[] = [
  () =>
    "failed to pull and unpack image: failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials",
  () => `unexpected status from HEAD request to https://${host}/v2/shop/api/manifests/1.0: 401 Unauthorized`,
  (word) => `Get "https://u:${encodeURIComponent(word)}@proxy.example:3128": proxyconnect tcp: EOF`,
  (word) => `Get "https://${host}/v2/": authorization: Bearer ${encodeURIComponent(word)}${"0".repeat(12)}`,
  (word) =>
    `failed to copy: unexpected status code https://cdn.example/blob?X-Amz-Signature=${encodeURIComponent(word)}&x=1: 403 Forbidden`,
  () => "illegal base64 data at input byte 4",
];

function everyOutput(objects: readonly Json[]): string {
  const admitted = objects.map(admit);
  const diagnoses = diagnose(indexObjects(admitted));
  const list = toDiagnosisList(diagnoses);
  return [
    JSON.stringify(admitted),
    toBundle(admitted),
    toJson(list),
    toYaml(list),
    toMarkdown(diagnoses),
    toText(diagnoses, { width: 80, colorLevel: 0, wide: true }),
    toText(diagnoses, { width: 120, colorLevel: 1, wide: false }),
  ].join("\n");
}

const forms = formsOf(mark);

/** Long lines are broken at blanks only, and no form of the mark has one. */
function found(output: string): readonly string[] {
  return forms.filter((form) => output.includes(form));
}

describe("no byte of a login leaves the gate", () => {
  test("a mark in a cluster is in nothing that the program says, with -v 9, in any format and in bundles", async () => {
    const stage = await setStage();
    const formats = ["text", "wide", "json", "yaml", "markdown", "name"] as const;
    let saved = 0;
    for (let round = 0; round < 180; round += 1) {
      const r = seeded(round);
      const routes = {
        ...mismatch(),
        [paths.secret]: secret(r),
        [`${paths.pods}/web`]: pod(r.pick(messages)(mark)),
      };
      const bundle = join(folder, `${round}.yaml`);
      const flags = ["-o", formats[round % formats.length] ?? "text", "-v", "9", "--save-bundle", bundle];
      const { code, stdout, stderr, log } = await stage.ask(routes, ["web", ...flags]);
      expect(code, stderr).toBe(1);
      expect(log).toContain("/secrets/regcred");
      const file = readFileSync(bundle, "utf8");
      saved += file.includes("kind: Secret") ? 1 : 0;
      expect(found(stdout + stderr + log + file), `round ${round}`).toEqual([]);
    }
    await stage.close();
    expect(saved).toBeGreaterThan(100);
  });

  test("files that break off or hold nonsense are refused without a word of them", async () => {
    let refused = 0;
    for (let round = 0; round < 400; round += 1) {
      const r = seeded(round);
      const list = { apiVersion: "v1", kind: "List", items: [secret(r), pod("no basic auth credentials")] };
      const text = r.chance(50)
        ? JSON.stringify(list, undefined, r.below(3))
        : stringify(list, { lineWidth: 0 });
      const at = r.below(text.length);
      const nonsense = r.pick([
        "",
        "\t",
        "\n\t- ",
        '"',
        "{",
        "]",
        ": :",
        "\n---\n",
        "&a *b ",
        "\u0000",
        "!!x ",
      ]);
      const rest = nonsense === "" ? "" : text.slice(at);
      const input = text.slice(0, at) + nonsense + rest;
      const bundle = join(folder, "bundle.yaml");
      const { code, stdout, stderr } = await runCommand(["-f", "-", "-o", "wide", "--save-bundle", bundle], {
        input,
      });
      const saved = code < 2 ? readFileSync(bundle, "utf8") : "";
      expect(found(stdout + stderr + saved), `round ${round}: ${input}`).toEqual([]);
      expect(code, stderr).toBeLessThan(4);
      if (code === 3) refused += 1;
    }
    expect(refused).toBeGreaterThan(100);
  });

  test("a mark in every place of four thousand Secrets is in no output, in no form", () => {
    for (let round = 0; round < 4000; round += 1) {
      const r = seeded(round);
      const message = r.pick(messages)(mark);
      const leaks = found(everyOutput([pod(message), secret(r)]));
      expect(leaks, `round ${round}`).toEqual([]);
    }
  });

  test("the check itself would see a leak", () => {
    for (const form of [mark, b64(`u:${mark}`), encodeURIComponent(mark), [...mark].toReversed().join("")])
      expect(found(`before ${form} after`), form).not.toEqual([]);
  });

  test("what was learnt survives stripping, so a bundle says the same as the cluster", () => {
    for (let round = 0; round < 500; round += 1) {
      const object = secret(seeded(round));
      const { lastChanged: _, ...stripped } = readPullSecret(stripSecret(object));
      const { lastChanged: __, ...direct } = readPullSecret(object);
      expect(stripped, `round ${round}`).toEqual(direct);
    }
  });
});
