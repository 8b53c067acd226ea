import type { Json } from "../../src/evidence/field.ts";
import type { Random } from "../../test/random.ts";
import type { Markers } from "./markers.ts";

const b64 = (text: string): string => Buffer.from(text).toString("base64");

/** An entry with markers where a login stands, and where it should not. */
function entry(r: Random, m: Markers): unknown {
  switch (r.below(14)) {
    case 0:
      return { auth: b64(`u:${m.any()}`).slice(0, -2) };
    case 1:
      return { auth: m.any() };
    case 2:
      return [m.any(), { deep: m.any() }];
    case 3:
      return m.any();
    case 4:
      return { Username: m.any(), PASSWORD: m.any(), username: { nested: m.any() } };
    case 5:
      return {
        username: "AWS",
        password: b64(JSON.stringify({ payload: m.any(), expiration: 1_700_000_000 })),
      };
    case 6:
      return {
        username: m.any(),
        password: `eyJhbGciOiJub25lIn0.${b64(JSON.stringify({ exp: 1_700_000_000, k: m.any() }))}.x`,
      };
    default:
      return {
        username: r.chance(50) ? "bob" : m.any(),
        password: m.any(),
        auth: b64(`${m.any()}:${m.any()}`),
        email: m.any(),
        identitytoken: m.any(),
        registrytoken: m.any(),
        [m.word()]: m.any(),
      };
  }
}

function registryKey(r: Random, m: Markers, host: string): string {
  switch (r.below(9)) {
    case 0:
      return `https://u:${encodeURIComponent(m.any())}@${host}`;
    case 1:
      return `https://u:${m.inUrl()}@${host}/v2/`;
    case 2:
      return `${host}?token=${m.word()}`;
    case 3:
      return `${m.word()}@${host}`;
    case 4:
      return `https://u:x@/${m.word()}`;
    default:
      return host;
  }
}

/** The Secret with other values, labels, annotations and fields, most of it still for the hosts that it was for. */
export function planted(secret: Json, r: Random, m: Markers, hosts: readonly string[]): Json {
  const entries = Array.from({ length: 2 + r.below(4) }, () => [
    registryKey(r, m, r.pick(hosts)),
    entry(r, m),
  ]);
  const auths = Object.fromEntries(entries) as Record<string, unknown>;
  const whole = JSON.stringify({
    auths,
    HttpHeaders: { Authorization: m.any() },
    credHelpers: { [r.pick(hosts)]: m.any() },
  });
  const text = r.chance(8) ? whole.slice(0, r.below(whole.length)) : whole;
  const type = r.chance(10)
    ? r.pick([m.word(), `ghp_${m.word()}`, `hub.example/${m.word()}`])
    : secret["type"];
  const field = r.chance(10) ? "config.json" : ".dockerconfigjson";
  return {
    ...secret,
    type,
    metadata: {
      ...(secret["metadata"] as Json),
      labels: { note: m.word() },
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ stringData: { [field]: text } }),
        note: m.any(),
      },
      managedFields: [
        {
          manager: "kubectl",
          time: "2026-01-01T00:00:00Z",
          fieldsV1: { "f:data": { [`f:${m.word()}`]: {} } },
        },
      ],
    },
    data: { [field]: b64(text), token: b64(m.any()) },
    ...(r.chance(10) ? { stringData: { [field]: text, password: m.any() } } : {}),
  };
}
