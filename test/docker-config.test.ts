import { expect, test } from "vitest";
import { readDockerConfig } from "../src/evidence/docker-config.ts";
import { parseGoJson } from "../src/evidence/go-json.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (text: string): ReturnType<typeof readDockerConfig> =>
  readDockerConfig(bytes(text), ".dockerconfigjson");
const b64 = (text: string): string => Buffer.from(text).toString("base64");
const entry = (fields: object): string => JSON.stringify({ auths: { h: fields } });

/** Payload, the logins as user:password (or the error), and why. */
const table: readonly (readonly [string, string, readonly string[] | RegExp])[] = [
  ["auth wins over the plain fields", entry({ username: "x", password: "y", auth: b64("u:p") }), ["u:p"]],
  ["an empty auth does not", entry({ username: "x", password: "y", auth: "" }), ["x:y"]],
  ["the first colon divides", entry({ auth: b64("u:p:q") }), ["u:p:q"]],
  ["nothing is trimmed", entry({ auth: b64("u:p\n") }), ["u:p\n"]],
  ["unpadded base64 is fine", entry({ auth: b64("u:pp").replace(/=+$/, "") }), ["u:pp"]],
  ["line breaks in base64 are fine", entry({ auth: "dTpw\r\n" }), ["u:p"]],
  ["blanks are not", entry({ auth: " dTpw" }), /^illegal base64 data at input byte 0$/],
  ["the URL alphabet is not", entry({ auth: "dTpw-_==" }), /^illegal base64 data at input byte 4$/],
  ["no colon", entry({ auth: b64("token") }), /^unable to parse auth field, must be formatted as base64/],
  ["an empty entry counts", '{"auths":{"h":{}}}', [":"]],
  ["so does null", '{"auths":{"h":null}}', [":"]],
  ["names mind no case", '{"AUTHS":{"h":{"USERNAME":"u","Password":"p"}}}', ["u:p"]],
  ["two lists are one", '{"auths":{"a":{"username":"u"}},"Auths":{"b":{"username":"v"}}}', ["u:", "v:"]],
  ["the last of equal keys counts", '{"auths":{"h":{"username":"u"},"h":{"username":"v"}}}', ["v:"]],
  ["null takes a list back", '{"auths":{"h":{}},"Auths":null}', []],
  ["no auths, no logins", '{"h":{"username":"u","password":"p"}}', []],
  ["null is an empty config", "null", []],
  ["a list is none", "[]", /^json: cannot unmarshal array/],
  ["a wrong type in an entry", entry({ username: 7 }), /^json: cannot unmarshal number/],
  [
    "an undecodable entry comes before a wrong type elsewhere",
    '{"HttpHeaders":{"A":1},"auths":{"h":{"auth":"%"}}}',
    /^illegal base64 data at input byte 0$/,
  ],
  ["a wrong header", '{"auths":{},"HttpHeaders":{"A":1}}', /^json: cannot unmarshal number/],
  ["half a payload", '{"auths":{"h":{"auth":"', /^it is no JSON$/],
  ["something behind it", '{"auths":{}}}', /^it is no JSON$/],
  ["a byte order mark", '\ufeff{"auths":{}}', /^it is no JSON$/],
];

test.each(table)("%s", (_why, payload, expected) => {
  const config = json(payload);
  if (expected instanceof RegExp) expect(config.ok ? "no error" : config.error).toMatch(expected);
  else
    expect(
      config.ok ? config.logins.map((login) => `${login.username}:${login.password}`) : config.error,
    ).toEqual(expected);
});

test("the old format has its entries at the top", () => {
  const config = readDockerConfig(bytes('{"h":{"username":"u","password":"p"}}'), ".dockercfg");
  expect(config.ok && config.logins.map((login) => login.registryKey)).toEqual(["h"]);
});

test("the new format under the old name is one entry called auths", () => {
  const config = readDockerConfig(bytes('{"auths":{"h":{"username":"u","password":"p"}}}'), ".dockercfg");
  expect(config.ok && config.logins.map((login) => [login.registryKey, login.username])).toEqual([
    ["auths", ""],
  ]);
});

test("nesting without end is no JSON, and no overflow", () => {
  expect(parseGoJson(bytes("[".repeat(100_000)))).toBeUndefined();
});
