import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readPullSecret, stripSecret } from "../src/evidence/pull-secret.ts";
import { admit } from "../src/evidence/redaction.ts";
import { toBundle } from "../src/gather/bundle.ts";
import { toMarkdown } from "../src/report/markdown.ts";
import { toDiagnosisList, toJson, toYaml } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";
import { type Random, seeded } from "./random.ts";

/** Long enough that no part of it is anywhere by accident, with what URLs and base64 change. */
const mark = "M4rk3d:pa/ss+w0rd~Zq9X";

/** Every form of the mark that a reader could turn back: plain, base64 at each alignment, URL-encoded, reversed. */
function forms(secret: string): readonly string[] {
  const aligned = [0, 1, 2].map((shift) =>
    Buffer.from("x".repeat(shift) + secret)
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const plain = [secret, secret.slice(0, 12), secret.slice(-12)];
  return [
    ...plain,
    ...aligned,
    ...aligned.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    encodeURIComponent(secret).slice(0, 14),
    [...secret].toReversed().join(""),
  ];
}

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

/** Long lines are broken at blanks only, and no form of the mark has one. */
function found(output: string): readonly string[] {
  return forms(mark).filter((form) => output.includes(form));
}

describe("no byte of a login leaves the gate", () => {
  test(
    "a mark in every place of four thousand Secrets is in no output, in no form",
    { timeout: 120_000 },
    () => {
      for (let round = 0; round < 4000; round += 1) {
        const r = seeded(round);
        const message = r.pick(messages)(mark);
        const leaks = found(everyOutput([pod(message), secret(r)]));
        expect(leaks, `round ${round}`).toEqual([]);
      }
    },
  );

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
