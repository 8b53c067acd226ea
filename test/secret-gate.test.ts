import { describe, expect, test } from "vitest";
import { readPullSecret, stripSecret } from "../src/evidence/pull-secret.ts";
import { parseImageReference } from "../src/pull/image-reference.ts";
import { lookUp, missSentence } from "../src/pull/keyring.ts";
import { type Random, seeded } from "./random.ts";

/** Logins as people and machines make them, with characters that URLs, JSON and base64 treat each in its way. */
const marks = [
  "M4rk3d:pa/ss+w0rd~Zq9X",
  "S3cr3tZq9XvT7mKp2LwR",
  "lab-good-M4rk",
  "pä$$w0rd'\"\\M4rk{x}",
  "ghp_M4rkZq9XvT7mKp2LwRb5",
  "M4rk?a=b&c#d@e%zz",
  "M4rk-user.name",
];
const host = "registry.example";
const image = parseImageReference(`${host}/shop/api:1.0`);
const b64 = (text: string): string => Buffer.from(text).toString("base64");

/** Every form that a reader could turn back: plain, in base64 at each alignment and of both alphabets, URL-encoded, reversed. */
function forms(mark: string): readonly string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(mark)]);
    return bytes.toString("base64").slice(shift === 0 ? 0 : 4, shift === 0 ? 12 : 16);
  });
  return [
    mark,
    mark.slice(0, 8),
    mark.slice(-8),
    JSON.stringify(mark).slice(1, -1),
    ...aligned,
    ...aligned.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    encodeURIComponent(mark),
    [...mark].toReversed().join(""),
    [...mark].toReversed().join("").slice(0, 8),
  ];
}

const ends = (text: string): string => text.replace(/=+$/, "");
const url64 = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_");

/** Entries with the mark where a login belongs, and where it does not. */
const entries: readonly ((mark: string) => unknown)[] = [
  (mark) => ({ username: "u", password: mark }),
  (mark) => ({ username: mark, password: "p" }),
  (mark) => ({ auth: b64(`u:${mark}`) }),
  (mark) => ({ auth: b64(`${mark}:p`) }),
  (mark) => ({ auth: ends(b64(`u:${mark}`)) }),
  (mark) => ({ auth: b64(mark.replaceAll(":", "")) }),
  (mark) => ({ auth: `${b64(`u:${mark}`)} ` }),
  (mark) => ({ auth: b64(`u:${mark}`).slice(0, -3) }),
  (mark) => ({ auth: b64(b64(`u:${mark}`)) }),
  (mark) => ({ auth: url64(b64(`u:${mark}???>>>`)) }),
  (mark) => ({ auth: mark }),
  (mark) => ({ auth: b64(`u:${mark}\n`) }),
  (mark) => ({ username: "u", password: mark, auth: b64(`v:${mark}`) }),
  (mark) => ({
    username: "AWS",
    password: b64(JSON.stringify({ payload: mark, expiration: 1_700_000_000 })),
  }),
  (mark) => ({ username: "AWS", password: b64(JSON.stringify({ payload: "x", expiration: mark })) }),
  (mark) => ({
    username: "u",
    password: `${b64("{}")}.${b64(JSON.stringify({ exp: 1_700_000_000, sub: mark }))}.x`,
  }),
  (mark) => ({
    username: "_json_key",
    password: JSON.stringify({ type: "service_account", private_key: mark }),
  }),
  (mark) => ({ email: mark, username: "u" }),
  (mark) => ({ identitytoken: mark, registrytoken: mark }),
  (mark) => ({ [mark]: mark, nested: [mark, { deep: mark }] }),
  (mark) => ({ username: 7, password: mark }),
  (mark) => ({ username: { nested: mark } }),
  (mark) => [mark],
  (mark) => mark,
  (mark) => ({ Username: mark, PASSWORD: mark }),
];

/** Where nothing but the mark is the key it has no dots: with one it could be a host, and nobody could tell. */
const word = (mark: string): string => mark.replaceAll(".", "");

/** Registry keys into which people paste logins. */
const keys: readonly ((mark: string) => string)[] = [
  () => host,
  () => "https://index.docker.io/v1/",
  (mark) => `https://u:${encodeURIComponent(mark)}@${host}`,
  (mark) => `https://u:${mark}@${host}/v2/`,
  (mark) => `HTTPS://${mark}:x@${host}/shop`,
  (mark) => `oci://u:${mark}@${host}`,
  (mark) => `//${mark}@${host}`,
  (mark) => `${mark}@${host}`,
  (mark) => `${host}?token=${mark}`,
  (mark) => `${host}/shop?${mark}`,
  (mark) => `${host}#${mark}`,
  (mark) => `${host}/%3f${mark}`,
  (mark) => `${host}:${mark}`,
  (mark) => `${host}/shop:${mark}`,
  (mark) => `${host}/shop@${mark}`,
  (mark) => `u:${mark}`,
  (mark) => `${mark}:u`,
  word,
  (mark) => b64(mark),
  (mark) => `Basic ${b64(`u:${mark}`)}`,
  (mark) => ` ${word(mark)}`,
  (mark) => `${word(mark)}\n${host}`,
  (mark) => `${host} ${word(mark)}`,
  (mark) => `https://${word(mark)}`,
  (mark) => `eyJ4.${b64(mark)}.${b64(mark)}`,
];

const types = [
  "kubernetes.io/dockerconfigjson",
  "kubernetes.io/dockercfg",
  "Opaque",
  "kubernetes.io/basic-auth",
];

function textOf(r: Random, mark: string): string {
  const auths = Object.fromEntries(
    Array.from({ length: 1 + r.below(3) }, () => [r.pick(keys)(mark), r.pick(entries)(mark)]),
  );
  const shapes: readonly (() => string)[] = [
    () => JSON.stringify({ auths }),
    () => JSON.stringify({ auths }, null, 2),
    () => JSON.stringify({ auths, credsStore: mark, credHelpers: { [word(mark)]: mark, [host]: mark } }),
    () =>
      JSON.stringify({
        Auths: auths,
        HttpHeaders: { Authorization: mark, [mark]: 7 },
        [word(mark)]: { auth: mark },
      }),
    () => JSON.stringify(auths),
    () => JSON.stringify({ auths: mark }),
    () => JSON.stringify({ auths: [mark] }),
    () => JSON.stringify(mark),
    () => mark,
    () => `auths:\n  ${host}:\n    password: ${mark}\n`,
    () => `{"auths":{"${host}":{"auth":"${mark}`,
    () => b64(JSON.stringify({ auths })),
  ];
  const text = r.chance(50) ? JSON.stringify({ auths }) : r.pick(shapes)();
  return r.chance(20) ? text.slice(0, r.below(text.length + 1)) : text;
}

function secretWith(r: Random, mark: string): object {
  const type = r.pick(types);
  const field = r.chance(80)
    ? type === types[1]
      ? ".dockercfg"
      : ".dockerconfigjson"
    : r.pick(["config.json", "password"]);
  const text = textOf(r, mark);
  const values = r.pick([
    { data: { [field]: b64(text) } },
    { data: { [field]: b64(text) } },
    { data: { [field]: b64(text).slice(0, -3) } },
    { data: { [field]: url64(b64(text)), extra: mark } },
    { data: { [field]: mark } },
    { data: mark },
    { stringData: { [field]: text, other: mark } },
  ]);
  return {
    kind: "Secret",
    metadata: {
      name: "regcred",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ stringData: { [field]: text } }),
        "kubernetes.io/service-account.name": `${mark} `,
        note: mark,
        ...(r.chance(20) ? { "why-pull.dev/payload": noteWith(r, mark) } : {}),
      },
      labels: { note: mark },
      uid: `${mark}!`,
      creationTimestamp: mark,
      managedFields: [
        {
          manager: `${mark}\n`,
          operation: mark,
          time: mark,
          fieldsV1: { [`f:${mark}`]: {}, "f:data": { [`f:${mark}`]: {} } },
        },
      ],
    },
    type: r.chance(90) ? type : `${mark} type`,
    ...(r.chance(90) ? values : {}),
  };
}

function noteWith(r: Random, mark: string): string {
  const entry = {
    registryKey: r.pick(keys)(mark),
    login: "complete",
    userKind: mark,
    expiresAt: mark,
    fields: [mark],
  };
  return r.pick([
    mark,
    JSON.stringify({ state: mark }),
    JSON.stringify({
      state: "undecodable",
      error: mark,
      registryKey: r.pick(keys)(mark),
      readable: [r.pick(keys)(mark)],
    }),
    JSON.stringify({
      state: "entries",
      entries: [entry],
      credHelpers: [word(mark)],
      looseRegistries: [word(mark)],
    }),
    JSON.stringify({ state: "ignored", why: "type", wouldHave: [r.pick(keys)(mark)], contentKey: mark }),
  ]);
}

/** All that leaves the gate, and what is said of it further on. */
function everything(object: object): string {
  const secret = readPullSecret(object);
  const { payload } = secret;
  const held = payload.state === "entries" ? [{ name: "regcred", entries: payload.entries }] : [];
  if (!image.ok) throw new Error("the image is wrong");
  const { misses } = lookUp(held, image.name);
  const sentences = misses.map(({ reason, entry }) => missSentence(reason, entry, image));
  return [secret, stripSecret(object), misses, sentences].map((value) => JSON.stringify(value)).join("\n");
}

describe("no part of a login leaves the gate", () => {
  test.each(marks)("%s, wherever it stands", (mark) => {
    const wanted = forms(mark).filter((form) => form.length >= 6 && !/^[a-z_]*$/.test(form));
    for (let round = 0; round < 1500; round += 1) {
      const object = secretWith(seeded(round), mark);
      const output = everything(object);
      expect(
        wanted.filter((form) => output.includes(form)),
        `round ${round}`,
      ).toEqual([]);
    }
  });

  test("a payload may be cut anywhere", () => {
    const [mark = ""] = marks;
    const text = JSON.stringify({
      auths: { [`u:${mark}@${host}`]: { auth: b64(`u:${mark}`), password: mark } },
    });
    for (let length = 0; length <= text.length; length += 1) {
      const data = { ".dockerconfigjson": b64(text.slice(0, length)) };
      const output = everything({ metadata: { name: "a" }, type: types[0], data });
      expect(
        forms(mark).filter((form) => output.includes(form)),
        `cut at ${length}`,
      ).toEqual([]);
    }
  });

  test("the search itself would see a leak", () => {
    for (const mark of marks)
      for (const leak of [mark, b64(mark), b64(`u:${mark}`), b64(`us:${mark}`), encodeURIComponent(mark)])
        expect(
          forms(mark).some((form) => `before ${leak} after`.includes(form)),
          leak,
        ).toBe(true);
  });

  test("what a bundle says is what the cluster said", () => {
    for (const mark of marks)
      for (let round = 0; round < 300; round += 1) {
        const object = secretWith(seeded(round), mark);
        expect(readPullSecret(stripSecret(object)), `${mark}, round ${round}`).toEqual(
          readPullSecret(object),
        );
        expect(stripSecret(stripSecret(object)), `${mark}, round ${round}`).toEqual(stripSecret(object));
      }
  });
});
