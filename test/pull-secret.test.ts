import { describe, expect, test } from "vitest";
import { type Payload, readPullSecret, stripSecret } from "../src/evidence/pull-secret.ts";

const b64 = (text: string): string => Buffer.from(text).toString("base64");
const config = (value: unknown): string => b64(typeof value === "string" ? value : JSON.stringify(value));
const jsonType = "kubernetes.io/dockerconfigjson";
const cfgType = "kubernetes.io/dockercfg";
const metadata = { name: "regcred", namespace: "shop" };

const secretOf = (payload: unknown): object => ({
  kind: "Secret",
  metadata,
  type: jsonType,
  data: { ".dockerconfigjson": config(payload) },
});
const payloadOf = (object: unknown): Payload => readPullSecret(object).payload;

describe("a Secret that serves", () => {
  test("is described entry by entry, without user name and password", () => {
    const auths = {
      "https://index.docker.io/v1/": { auth: b64("AWS:pass\n"), username: "someone", password: "pass\n" },
      "ghcr.io": { username: "dev@example.com", password: "ghp_abc", identitytoken: "t" },
    };
    expect(readPullSecret(secretOf({ auths }))).toEqual({
      name: "regcred",
      namespace: "shop",
      type: jsonType,
      immutable: false,
      payload: {
        state: "entries",
        entries: [
          {
            registryKey: "https://index.docker.io/v1/",
            position: 0,
            login: "complete",
            fields: ["auth", "username", "password"],
            authOverrides: true,
            whitespace: { username: false, password: true },
            userKind: "AWS",
            passwordKind: "other",
          },
          {
            registryKey: "ghcr.io",
            position: 1,
            login: "complete",
            fields: ["username", "password", "identitytoken"],
            authOverrides: false,
            whitespace: { username: false, password: false },
            userKind: "e-mail",
            passwordKind: "ghp_",
          },
        ],
        credsStore: false,
        credHelpers: [],
        looseRegistries: [],
      },
    });
  });

  /** Entry, the shape of its login, and why. */
  const shapes: readonly (readonly [object | null, string, string])[] = [
    [{}, "empty", "credsStore leaves it behind"],
    [null, "empty", "null is an entry"],
    [{ identitytoken: "t" }, "empty", "tokens are not read"],
    [{ auth: b64("u:") }, "no-password", "az acr login leaves it behind"],
    [{ auth: b64(":p") }, "no-username", "a token without a user"],
    [{ auth: b64(":") }, "empty", "a colon alone"],
    [{ username: "u", password: "p", auth: b64(":") }, "empty", "auth wins also when it holds nothing"],
    [{ username: "u", password: "p" }, "complete", "plain fields serve"],
  ];
  test.each(shapes)("the entry %j is %s: %s", (entry, login) => {
    const payload = payloadOf(secretOf({ auths: { h: entry } }));
    expect(payload.state === "entries" && payload.entries[0]?.login).toBe(login);
  });

  test("tells when it was last written, by whomever", () => {
    const managedFields = [
      { manager: "a", time: "2026-01-01T00:00:00Z" },
      { manager: "b", time: "2026-03-01T00:00:00Z", subresource: "status" },
      { manager: "c", time: "2026-02-01T00:00:00Z" },
      { manager: "d", time: "yesterday" },
    ];
    const secret = readPullSecret({
      metadata: { ...metadata, managedFields },
      type: "Opaque",
      immutable: true,
    });
    expect(secret).toMatchObject({ lastChanged: "2026-03-01T00:00:00Z", immutable: true });
  });

  test("tells helpers, and registries that stand where nobody looks", () => {
    const payload = payloadOf(
      secretOf({
        credsStore: "desktop",
        credHelpers: { "gcr.io": "gcloud", hunter2: "x" },
        auths: {},
        "quay.io": { auth: "x" },
        HttpHeaders: {},
        "proxy.example": "x",
      }),
    );
    expect(payload).toMatchObject({
      credsStore: true,
      credHelpers: ["gcr.io", "(not shown)"],
      looseRegistries: ["quay.io"],
      entries: [],
    });
  });

  test("in the old format, the new one is an entry of its own, and what is in it is loose", () => {
    const payload = payloadOf({
      type: cfgType,
      data: { ".dockercfg": config({ auths: { "ghcr.io": { auth: "eDp5" } } }) },
    });
    expect(payload).toMatchObject({
      entries: [{ registryKey: "auths", login: "empty" }],
      looseRegistries: ["ghcr.io"],
    });
  });
});

describe("a Secret that the kubelet passes over", () => {
  const auths = { "ghcr.io": { auth: b64("u:p") } };
  const whole = config({ auths });

  /** Type, data, and what is told of it. */
  const table: readonly (readonly [string, string, Record<string, unknown>, object])[] = [
    [
      "the wrong type",
      "Opaque",
      { ".dockerconfigjson": whole },
      { why: "type", wouldHave: ["ghcr.io"], contentKey: ".dockerconfigjson" },
    ],
    [
      "the wrong type for the old format",
      "Opaque",
      { ".dockercfg": config(auths) },
      { why: "type", wouldHave: ["ghcr.io"], contentKey: ".dockercfg" },
    ],
    [
      "a file's own name as key",
      "Opaque",
      { "config.json": whole },
      { why: "type", wouldHave: ["ghcr.io"], contentKey: "other" },
    ],
    [
      "any name as key",
      "Opaque",
      { x: b64("y"), "my-login": whole },
      { why: "type", wouldHave: ["ghcr.io"], contentKey: "other" },
    ],
    [
      "the right type without its key",
      jsonType,
      { "config.json": whole },
      { why: "key-absent", wouldHave: ["ghcr.io"], contentKey: "other" },
    ],
    [
      "the new key under the old type",
      cfgType,
      { ".dockerconfigjson": whole },
      { why: "key-absent", wouldHave: ["ghcr.io"], contentKey: ".dockerconfigjson" },
    ],
    ["nothing under its key", jsonType, { ".dockerconfigjson": "" }, { why: "key-empty", wouldHave: [] }],
    [
      "user name and password as such",
      "kubernetes.io/basic-auth",
      { username: b64("u"), password: b64("p") },
      { why: "type", wouldHave: [] },
    ],
    [
      "content that could not be decoded either",
      "Opaque",
      { ".dockerconfigjson": config({ auths: { h: { auth: "%" } } }) },
      { why: "type", wouldHave: [] },
    ],
    [
      "other JSON",
      "Opaque",
      { "settings.json": config({ auths: { theme: {} } }) },
      { why: "type", wouldHave: [] },
    ],
    [
      "a type that only looks right",
      "kubernetes.io/dockerConfigJson",
      { ".dockerconfigjson": whole },
      { why: "type", wouldHave: ["ghcr.io"], contentKey: ".dockerconfigjson" },
    ],
  ];
  test.each(table)("%s", (_what, type, data, expected) => {
    expect(payloadOf({ metadata, type, data })).toEqual({ state: "ignored", ...expected });
  });

  test("is Opaque where a file names no type", () => {
    expect(readPullSecret({ metadata, data: { ".dockerconfigjson": whole } })).toMatchObject({
      type: "Opaque",
      payload: { state: "ignored", why: "type" },
    });
  });
});

describe("a Secret that cannot be decoded", () => {
  test("names the entry at fault and those that must not be lost", () => {
    const auths = { "ghcr.io": { auth: b64("u:p") }, "quay.io": { auth: "a b" }, "*.example.com": {} };
    expect(payloadOf(secretOf({ auths }))).toEqual({
      state: "undecodable",
      error: "illegal base64 data at input byte 1",
      registryKey: "quay.io",
      readable: ["ghcr.io", "*.example.com"],
    });
  });

  test("never quotes a character of the payload", () => {
    expect(payloadOf(secretOf("hunter2"))).toMatchObject({
      error: "invalid character '…' looking for beginning of value",
      readable: [],
    });
  });

  test("names a helper that stands in the old format", () => {
    const data = { ".dockercfg": config({ "ghcr.io": {}, credsStore: "desktop" }) };
    expect(payloadOf({ type: cfgType, data })).toMatchObject({
      registryKey: "credsStore",
      readable: ["ghcr.io"],
    });
  });
});

describe("a Secret whose values were taken out is not called empty", () => {
  const data = (value: unknown): object => ({
    metadata,
    type: jsonType,
    data: { ".dockerconfigjson": value },
  });
  const table: readonly (readonly [string, unknown])[] = [
    ["only metadata was granted", { metadata }],
    ["only metadata was granted, and a word stands for the rest", { metadata, data: "<redacted>" }],
    ["no data", { metadata, type: jsonType }],
    ["data is null", { metadata, type: jsonType, data: null }],
    ["data is empty", { metadata, type: jsonType, data: {} }],
    ["data is a word", { metadata, type: jsonType, data: "<redacted>" }],
    ["the value is null", data(null)],
    ["the value is a number", data(0)],
    ["<redacted>", data("<redacted>")],
    ["REDACTED, which is base64 too", data("REDACTED")],
    ["redacted in base64", data(b64("REDACTED"))],
    ["***", data("***")],
    ["*** in base64", data(b64("***"))],
    ["Argo CD's plus signs, which are base64 too", data("++++++++")],
    ["the length in the place of the value", data(b64("1234 bytes long"))],
    ["what SOPS writes", data("ENC[AES256_GCM,data:eyJhdXRocyI6e319,iv:x,tag:y,type:str]")],
    ["a template's placeholder", data("{{ .Values.dockerconfig | b64enc }}")],
    [
      "a placeholder in stringData",
      { metadata, type: jsonType, stringData: { ".dockerconfigjson": "${DOCKERCONFIG}" } },
    ],
    ["what is no base64, which no API server prints", data('{"auths":{}}')],
    [
      "a note that is none of ours",
      { metadata: { ...metadata, annotations: { "why-pull.dev/payload": "{" } }, type: jsonType },
    ],
  ];
  test.each(table)("%s", (_what, object) => expect(payloadOf(object)).toEqual({ state: "withheld" }));

  test("near misses are not: a payload of one entry, folded base64, stringData", () => {
    const text = '{"auths":{"ghcr.io":{}}}';
    const folded = b64(text).replaceAll(/.{8}/g, "$&\n  ");
    for (const object of [
      secretOf(text),
      data(folded),
      { type: jsonType, stringData: { ".dockerconfigjson": text } },
      {
        type: jsonType,
        data: { ".dockerconfigjson": "<redacted>" },
        stringData: { ".dockerconfigjson": text },
      },
    ])
      expect(payloadOf(object)).toMatchObject({ state: "entries", entries: [{ registryKey: "ghcr.io" }] });
  });

  test("a type that is not read needs no values to be told", () => {
    expect(payloadOf({ metadata, type: "Opaque" })).toMatchObject({ state: "ignored", why: "type" });
  });
});

describe("what has the wrong shape is read as far as it goes", () => {
  const shapes: readonly unknown[] = [
    undefined,
    null,
    7,
    "Secret",
    [],
    {},
    { metadata: 7, type: [], data: [], immutable: "yes" },
    {
      metadata: { name: 7, managedFields: [7, null, { time: 7 }], annotations: [] },
      type: jsonType,
      data: [1],
    },
    { metadata: null, type: jsonType, data: { ".dockerconfigjson": { nested: true } } },
    { type: jsonType, data: { ".dockerconfigjson": b64("[".repeat(200_000)) } },
    {
      type: jsonType,
      data: { ".dockerconfigjson": b64(JSON.stringify({ auths: { h: { auth: "A".repeat(1 << 20) } } })) },
    },
    {
      type: jsonType,
      data: { ".dockerconfigjson": b64(JSON.stringify({ auths: { ["x".repeat(1 << 20)]: {} } })) },
    },
    { type: "Opaque", data: { a: "=".repeat(1 << 20), b: " ".repeat(1 << 20), c: 7 } },
    {
      type: "x y",
      metadata: { annotations: { "why-pull.dev/payload": '{"state":"entries","entries":[{}]}' } },
    },
  ];
  test.each(shapes.map((shape, index) => [index, shape] as const))("shape %i", (_index, shape) => {
    const secret = readPullSecret(shape);
    expect(typeof secret.name).toBe("string");
    expect(JSON.parse(JSON.stringify(secret))).toEqual(secret);
    expect(readPullSecret(stripSecret(shape))).toEqual(secret);
  });
});

describe("a stripped Secret", () => {
  const full = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...metadata,
      uid: "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
      resourceVersion: "42",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { team: "x" },
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "kubernetes.io/service-account.name": "builder",
        other: "x",
      },
      managedFields: [
        {
          manager: "kubectl-create",
          operation: "Update",
          apiVersion: "v1",
          time: "2026-01-01T00:00:00Z",
          fieldsType: "FieldsV1",
          fieldsV1: { "f:data": { ".": {}, "f:.dockerconfigjson": {} }, "f:type": {}, "f:metadata": {} },
        },
      ],
    },
    type: jsonType,
    immutable: true,
    data: { ".dockerconfigjson": config({ auths: { "ghcr.io": { auth: b64("u:p") } } }) },
  };

  test("has what identifies it, and in the place of its values what they were found to be", () => {
    expect(stripSecret(full)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        ...metadata,
        uid: "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        resourceVersion: "42",
        creationTimestamp: "2026-01-01T00:00:00Z",
        annotations: {
          "kubernetes.io/service-account.name": "builder",
          "why-pull.dev/payload": JSON.stringify(payloadOf(full)),
        },
        managedFields: [
          {
            manager: "kubectl-create",
            operation: "Update",
            time: "2026-01-01T00:00:00Z",
            fieldsV1: { "f:data": {}, "f:type": {} },
          },
        ],
      },
      type: jsonType,
      immutable: true,
    });
  });

  test("reads the same, and is stripped to the same", () => {
    const stripped = stripSecret(full);
    expect(readPullSecret(stripped)).toEqual(readPullSecret(full));
    expect(stripSecret(stripped)).toEqual(stripped);
  });

  test("is not believed where it has values again", () => {
    const again = { ...stripSecret(full), data: { ".dockerconfigjson": config({ auths: {} }) } };
    expect(payloadOf(again)).toMatchObject({ state: "entries", entries: [] });
  });

  test("is checked word by word, since anybody can write the annotation", () => {
    const note = {
      state: "entries",
      entries: [
        {
          registryKey: "https://u:hunter2@ghcr.io",
          login: "complete",
          fields: ["auth", "hunter2"],
          userKind: "hunter2",
          passwordKind: "hunter2",
          expiresAt: "hunter2",
          issuedAt: "2026-01-01T00:00:00Z",
          password: "hunter2",
        },
      ],
      credHelpers: ["hunter2"],
      looseRegistries: [7, "quay.io"],
      more: "hunter2",
    };
    const annotations = { "why-pull.dev/payload": JSON.stringify(note) };
    const secret = readPullSecret({ metadata: { ...metadata, annotations }, type: jsonType });
    expect(secret.payload).toEqual({
      state: "entries",
      entries: [
        {
          registryKey: "https://***@ghcr.io",
          position: 0,
          login: "complete",
          fields: ["auth"],
          authOverrides: false,
          whitespace: { username: false, password: false },
          userKind: "other",
          passwordKind: "other",
          issuedAt: "2026-01-01T00:00:00Z",
        },
      ],
      credsStore: false,
      credHelpers: ["(not shown)"],
      looseRegistries: ["quay.io"],
    });
  });

  test("an error in it that is none of Go's is not repeated", () => {
    const note = JSON.stringify({ state: "undecodable", error: "hunter2", readable: [] });
    const annotations = { "why-pull.dev/payload": note };
    expect(payloadOf({ metadata: { annotations }, type: jsonType })).toEqual({
      state: "undecodable",
      error: "it cannot be decoded",
      readable: [],
    });
  });
});
