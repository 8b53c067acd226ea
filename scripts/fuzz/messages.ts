import type { Random } from "../../test/random.ts";
import type { Markers } from "./markers.ts";

const b64 = (text: string): string => Buffer.from(text).toString("base64");
const json = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Ways in which a message holds a login. */
const forms: readonly ((m: Markers) => string)[] = [
  (m) => `Get "https://bob:${json(m.inUrl())}@hub.example/v2/": EOF`,
  (m) => `https://bob:${m.inUrl()}@hub.example/v2/`,
  (m) => `https://bob:${m.inUrl()}${"y".repeat(2500)}@hub.example/v2/`,
  (m) => `https://${m.word()}@hub.example/v2/`,
  (m) => `parse "https://bob:${json(m.any())}@hub.example/": net/url: invalid userinfo`,
  (m) => {
    const password = m.word();
    return `parse "https://bob:${password}/x@hub": invalid port ":${password}" after host`;
  },
  (m) => `robot:${m.inUrl()}@hub.example/team/web:1`,
  (m) => `Failed to pull image "robot:${json(m.inUrl())}@hub.example/web": couldn't parse image name`,
  (m) => `using proxy bob:${m.word()}@10.0.0.7:3128`,
  (m) => encodeURIComponent(`https://bob:${m.word()}@hub.example/v2`),
  (m) => `dial tcp: lookup tcp/${m.word().replaceAll(/[=+~!]/g, "x")}: unknown port`,
  (m) => `Authorization: token ${m.word()}`,
  (m) => `Authorization: Bearer ${m.word()}`,
  (m) => `authorization: bearer ${m.word()}: 401`,
  (m) => `Authorization: Custom ${m.word()}`,
  (m) => `Proxy-Authorization: Basic ${b64(`u:${m.any()}`)}`,
  (m) => `map[Authorization:[Bearer ${m.word()}] X-Registry-Auth:[${m.word()}]]`,
  (m) => `{"Authorization": ["Bearer ${json(m.word())}"]}`,
  (m) => `sent Bearer auth${m.word()}`,
  (m) => `X-Registry-Auth: ${m.word()}`,
  (m) => `Cookie: sid=${m.word()}; b=${m.word()}`,
  (m) => `PRIVATE-TOKEN: ${m.word()}`,
  (m) => `password: ${m.word()}`,
  (m) => `token: ${m.word()}, and more`,
  (m) => `auth: ${m.word()}`,
  (m) => `secret=${m.word()}`,
  (m) => `pwd: ${m.word()}`,
  (m) => `{Username:bob Password:${m.word()} Email:}`,
  (m) => `map[password:${m.word()} username:bob]`,
  (m) => `PASSWORD=${m.word()}`,
  (m) => `password="${m.any().replaceAll('"', "")}"`,
  (m) => JSON.stringify({ username: "bob", password: m.any() }),
  (m) => JSON.stringify({ auths: { "hub.example": { auth: m.any(), identitytoken: m.any() } } }),
  (m) => JSON.stringify({ body: JSON.stringify({ registrytoken: m.word() }) }),
  (m) => encodeURIComponent(JSON.stringify({ password: m.word() })),
  (m) => `'password': '${m.any().replaceAll("'", "")}'`,
  (m) => `https://cdn.example/b?se=1&sig=${encodeURIComponent(m.word())}&sp=r`,
  (m) => `to=${encodeURIComponent(`https://cdn.example/b?sig=${m.word()}&sp=r`)}`,
  (m) => `to=%253Fsig%253D${m.word().replaceAll(/[^A-Za-z0-9]/g, "")}`,
  (m) => `AccountName=a;AccountKey=${m.word()};Suffix=x`,
  (m) => `password:\n  ${m.word()}\nuser: bob`,
  (m) => `password: |\n  ${m.any()}\n  ${m.any()}\nuser: bob`,
  (m) => `docker login -u bob -p ${m.word()} hub.example`,
  (m) => `exec: ["login","-p","${json(m.any())}"]`,
  (m) => `--password=${m.word()}`,
  (m) => `--token ${m.word()}`,
  (m) => `curl -u bob:${m.word()} https://hub.example`,
  (m) => `got ${b64(`robot:${m.any()}`)} here`,
  (m) => `config ${b64(JSON.stringify({ auths: { h: { auth: m.any() } } }))}`,
  (m) => `-----BEGIN RSA PRIVATE KEY-----\n${m.word()}\n-----END RSA PRIVATE KEY-----`,
  (m) => `ghp_${m.word().replaceAll(/\W/g, "x")}: bad credentials`,
  (m) => `eyJhbGciOiJub25lIn0.${b64(m.any()).replaceAll(/[=+/]/g, "")}.${m.word().replaceAll(/\W/g, "x")}`,
];

const around: readonly ((form: string) => string)[] = [
  (form) => form,
  (form) => `failed to pull and unpack image "hub.example/web:1": ${form}`,
  (form) => `rpc error: code = Unknown desc = ${form}`,
  (form) => `${form}: 401 Unauthorized`,
  (form) => `level=error msg=${JSON.stringify(form)}`,
];

/** A message with one or two logins, in front of or behind an honest one. */
export function message(r: Random, markers: Markers, honest: string): string {
  const one = r.pick(around)(r.pick(forms)(markers));
  const more = r.chance(30) ? `\n${r.pick(forms)(markers)}` : "";
  return r.chance(60) ? `${honest}: ${one}${more}` : `${one}${more}\n${honest}`;
}
