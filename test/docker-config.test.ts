import { describe, expect, test } from "vitest";
import {
  type DockerConfig,
  type PayloadFormat,
  readDockerConfig,
} from "../src/evidence/gate/docker-config.ts";
import { utf8Bytes } from "../src/evidence/go/utf8.ts";

const read = (text: string, format: PayloadFormat = ".dockerconfigjson"): DockerConfig =>
  readDockerConfig(utf8Bytes(text), format);
const b64 = (text: string): string => Buffer.from(text).toString("base64");
const entry = (fields: object): string => JSON.stringify({ auths: { h: fields } });
const logins = (config: DockerConfig): unknown =>
  config.ok
    ? config.entries.map(({ registryKey, username, password }) => `${registryKey}=${username}:${password}`)
    : config.error;

const noColon = "unable to parse auth field, must be formatted as base64(username:password)";
const into = "json: cannot unmarshal";

/** What it is, the payload, and its logins as key=user:password, or the kubelet's error. */
const table: readonly (readonly [string, string, readonly string[] | string])[] = [
  ["auth wins over the plain fields", entry({ username: "x", password: "y", auth: b64("u:p") }), ["h=u:p"]],
  ["an empty auth does not", entry({ username: "x", password: "y", auth: "" }), ["h=x:y"]],
  ["nor does a null one", '{"auths":{"h":{"username":"x","auth":null}}}', ["h=x:"]],
  ["the first colon divides", entry({ auth: b64("u:p:q") }), ["h=u:p:q"]],
  ["nothing is trimmed", entry({ auth: b64("u:p\n") }), ["h=u:p\n"]],
  ["unpadded base64 is fine", entry({ auth: b64("u:pp").replace(/=+$/, "") }), ["h=u:pp"]],
  ["line breaks in base64 are fine", entry({ auth: "dTpw\r\n" }), ["h=u:p"]],
  ["a blank before it is not", entry({ auth: " dTpw" }), "illegal base64 data at input byte 0"],
  ["a blank behind padding is not", entry({ auth: "dTpwcA== " }), "illegal base64 data at input byte 8"],
  [
    "blanks are looked past to find the padding",
    entry({ auth: "dTpwcA==\u00a0" }),
    "illegal base64 data at input byte 8",
  ],
  ["but not a zero-width mark", entry({ auth: "dTpwcA==\ufeff" }), "illegal base64 data at input byte 6"],
  ["the URL alphabet is another", entry({ auth: "dTpw-_==" }), "illegal base64 data at input byte 4"],
  ["a token without a user", entry({ auth: b64("token") }), noColon],
  ["line breaks alone decode to nothing", entry({ auth: "\n" }), noColon],
  ["an empty entry is an entry", '{"auths":{"h":{}}}', ["h=:"]],
  ["so is null", '{"auths":{"h":null}}', ["h=:"]],
  ["names do not mind case", '{"AUTHS":{"h":{"USERNAME":"u","Password":"p"}}}', ["h=u:p"]],
  ["nor a long s", '{"auth\u017f":{"h":{"u\u017fername":"u"}}}', ["h=u:"]],
  ["but a dotless i is another letter", '{"auths":{"h":{"ema\u0131l":7,"username":"u"}}}', ["h=u:"]],
  [
    "of repeated fields the last string counts",
    '{"auths":{"h":{"username":"a","Username":"b","USERNAME":null}}}',
    ["h=b:"],
  ],
  [
    "two lists fill the same map",
    '{"auths":{"a":{"username":"u"}},"Auths":{"b":{"username":"v"}}}',
    ["a=u:", "b=v:"],
  ],
  [
    "the last of equal keys counts",
    '{"auths":{"h":{"username":"u","password":"p"},"h":{"username":"v"}}}',
    ["h=v:"],
  ],
  ["null empties the map", '{"auths":{"h":{}},"Auths":null}', []],
  ["no auths, no logins", '{"h":{"username":"u","password":"p"}}', []],
  ["null is an empty config", "null", []],
  [
    "unknown fields may hold anything",
    '{"auths":{"h":{"username":"u","x":[7,{}],"identitytoken":7}},"y":1}',
    ["h=u:"],
  ],
  ["headers are strings", '{"auths":{},"HttpHeaders":{"A":"b","B":null}}', []],
  ["a list is no config", "[]", `${into} array into Go value of type credentialprovider.DockerConfigJSON`],
  [
    "nor are auths a list",
    '{"auths":[]}',
    `${into} array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig`,
  ],
  [
    "an entry is an object",
    '{"auths":{"h":"dTpw"}}',
    `${into} string into Go struct field DockerConfigJSON.auths of type credentialprovider.dockerConfigEntryWithAuth`,
  ],
  [
    "a name is a string",
    entry({ username: 7 }),
    `${into} number into Go struct field DockerConfigJSON.auths.username of type string`,
  ],
  [
    "so is an address",
    entry({ email: true }),
    `${into} bool into Go struct field DockerConfigJSON.auths.email of type string`,
  ],
  [
    "a wrong type comes before the decoding of auth",
    entry({ auth: "%", username: {} }),
    `${into} object into Go struct field DockerConfigJSON.auths.username of type string`,
  ],
  [
    "headers have to be strings",
    '{"HttpHeaders":{"A":1},"auths":{}}',
    `${into} number into Go struct field DockerConfigJSON.HttpHeaders of type string`,
  ],
  [
    "and a map",
    '{"HttpHeaders":"A: b"}',
    `${into} string into Go struct field DockerConfigJSON.HttpHeaders of type map[string]string`,
  ],
  [
    "an entry that cannot be decoded comes before a wrong type elsewhere",
    '{"HttpHeaders":{"A":1},"auths":{"h":{"auth":"%"}}}',
    "illegal base64 data at input byte 0",
  ],
  ["a payload that was cut", '{"auths":{"h":{"auth":"', "unexpected end of JSON input"],
  [
    "a syntax error comes before everything",
    '{"auths":{"h":{"auth":"%"}}}}',
    "invalid character '}' after top-level value",
  ],
];

describe("a .dockerconfigjson is read as the kubelet reads it", () => {
  test.each(table)("%s", (_what, payload, expected) => expect(logins(read(payload))).toEqual(expected));
});

/** What it is, the payload, and the logins or error. */
const oldFormat: readonly (readonly [string, string, readonly string[] | string])[] = [
  ["entries stand at the top", '{"h":{"username":"u","password":"p"}}', ["h=u:p"]],
  [
    "the new format is one entry called auths",
    '{"auths":{"h":{"username":"u","password":"p"}}}',
    ["auths=:"],
  ],
  ["null is empty", "null", []],
  [
    "a helper's name is no entry",
    '{"auths":{},"credsStore":"desktop"}',
    `${into} string into Go value of type credentialprovider.dockerConfigEntryWithAuth`,
  ],
  [
    "a field of the wrong type",
    '{"h":{"auth":1}}',
    `${into} number into Go struct field dockerConfigEntryWithAuth.auth of type string`,
  ],
  ["a list", "[]", `${into} array into Go value of type credentialprovider.DockerConfig`],
];

describe("a .dockercfg is read as the kubelet reads it", () => {
  test.each(oldFormat)("%s", (_what, payload, expected) =>
    expect(logins(read(payload, ".dockercfg"))).toEqual(expected),
  );
});

describe("what a finding needs beside the logins", () => {
  test("an entry that cannot be decoded is named, and so are those that can", () => {
    const config = read(
      JSON.stringify({ auths: { a: { auth: b64("u:p") }, b: { auth: "%" }, c: {}, d: { auth: b64("u") } } }),
    );
    expect(config).toMatchObject({ ok: false, registryKey: "b", readable: ["a", "c"] });
  });

  test("where no entry is at fault none is named, and all can be read", () => {
    const config = read('{"auths":{"a":{}},"HttpHeaders":7}');
    expect(config).toMatchObject({ ok: false, readable: ["a"] });
    expect(config).not.toHaveProperty("registryKey");
  });

  test("fields are told by being there with something in them", () => {
    const config = read(entry({ auth: "", username: "u", IdentityToken: "t", registrytoken: "" }));
    expect(config.ok && config.entries[0]?.fields).toEqual(["username", "identitytoken"]);
  });

  /** auth, user name, password, and whether auth takes the place of something else. */
  const overrides: readonly (readonly [string, string, string, boolean])[] = [
    ["u:p", "u", "p", false],
    ["u:p", "", "", false],
    ["u:p", "v", "p", true],
    ["u:p", "u", "q", true],
    ["u:p", "u", "", false],
  ];
  test.each(overrides)("auth %s over %s and %s: %s", (auth, username, password, expected) => {
    const config = read(entry({ auth: b64(auth), username, password }));
    expect(config.ok && config.entries[0]?.authOverrides).toBe(expected);
  });
});
