import { describe, expect, test } from "vitest";
import { type CaseFolder, readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { record, text } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { type AuthEntry, type Payload, readPullSecret } from "../src/evidence/pull-secret.ts";
import { toBundle } from "../src/gather/files/bundle.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { toMarkdown } from "../src/report/markdown.ts";
import { toNames } from "../src/report/names.ts";
import { toDiagnosisList, toJson, toYaml } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";

/**
 * The Secrets of the cases have passed the gate and hold no values. Here each is given values again, of the kind that
 * it had, all with one mark in them; then nothing of what comes out may show the mark, and the answer is the same.
 */
const mark = "Sw0rdf1sh-Planted-Mark-83";
const b64 = (words: string): string => Buffer.from(words).toString("base64");
const reversed = (words: string): string => [...words].toReversed().join("");
/** base64 depends on where in a group of three bytes the mark begins. */
const shifted = [0, 1, 2].map((shift) => b64("x".repeat(shift) + mark).slice(shift === 0 ? 0 : 4, -4));
const forms = [mark, reversed(mark), mark.slice(0, 10), mark.slice(-10), ...shifted];

const cases = await readCases();

function planted(secret: Json): Json {
  const { payload, type } = readPullSecret(secret);
  const { [annotation]: _, ...annotations } = record(secret, "metadata", "annotations");
  return {
    ...secret,
    metadata: { ...record(secret, "metadata"), annotations },
    data: Object.fromEntries(
      Object.entries(contentOf(payload, type)).map(([key, value]) => [key, b64(value)]),
    ),
  };
}

const annotation = "why-pull.dev/payload";

function contentOf(payload: Payload, type: string): Readonly<Record<string, string>> {
  const own = type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
  switch (payload.state) {
    case "withheld":
      return {};
    case "ignored":
      if (payload.contentKey !== undefined)
        return { [payload.contentKey]: configOf(payload.contentKey, payload.wouldHave) };
      return { ...(payload.why === "key-empty" ? { [own]: "" } : {}), password: mark };
    case "undecodable":
      return { [own]: brokenOf(payload) };
    case "entries": {
      const entries = Object.fromEntries(payload.entries.map((entry) => [entry.registryKey, entryOf(entry)]));
      const rest = {
        ...(payload.credsStore ? { credsStore: "desktop" } : {}),
        ...(payload.credHelpers.length > 0
          ? { credHelpers: Object.fromEntries(payload.credHelpers.map((host) => [host, "helper"])) }
          : {}),
        ...Object.fromEntries(payload.looseRegistries.map((host) => [host, { auth: b64(`robot:${mark}`) }])),
      };
      return { [own]: JSON.stringify(own === ".dockercfg" ? entries : { auths: entries, ...rest }) };
    }
  }
}

function configOf(key: string, hosts: readonly string[]): string {
  const entries = Object.fromEntries(hosts.map((host) => [host, { auth: b64(`robot:${mark}`) }]));
  return JSON.stringify(key.includes("dockercfg") ? entries : { auths: entries });
}

/** What Go says of a broken payload tells where it breaks; the mark stands right behind. */
function brokenOf(payload: Extract<Payload, { state: "undecodable" }>): string {
  const at = /input byte (\d+)/.exec(payload.error)?.[1];
  const auth = at === undefined ? b64(mark) : `${"A".repeat(Number(at))}-${mark}`;
  const readable = payload.readable.map((host) => [host, { auth: b64(`robot:${mark}`) }] as const);
  return JSON.stringify({ auths: Object.fromEntries([...readable, [payload.registryKey ?? "", { auth }]]) });
}

/** Users by which a kind is known; where the kind's name is the user's, it stands for itself. */
const users: Partial<Record<AuthEntry["userKind"], string>> = {
  other: mark,
  "zero-guid": "00000000-0000-0000-0000-000000000000",
  robot$: `robot$${mark}`,
  "e-mail": `${mark}@mail.example`,
};

function entryOf(entry: AuthEntry): object {
  const edge = (is: boolean): string => (is ? "\n" : "");
  const username =
    entry.userKind === "none"
      ? ""
      : (users[entry.userKind] ?? entry.userKind) + edge(entry.whitespace.username);
  const password = entry.passwordKind === "none" ? "" : passwordOf(entry) + edge(entry.whitespace.password);
  const values: Record<string, string> = {
    auth: b64(`${username}:${password}`),
    username,
    // Where `auth` takes the place of another login, that is one with the mark as well.
    password: entry.authOverrides ? `new-${password}` : password,
    identitytoken: mark,
    registrytoken: mark,
  };
  return Object.fromEntries(entry.fields.map((field) => [field, values[field]]));
}

function passwordOf(entry: AuthEntry): string {
  const { passwordKind } = entry;
  if (/[_.-]$/.test(passwordKind)) return `${passwordKind}${mark}`;
  if (passwordKind === "json-key") return JSON.stringify({ type: "service_account", private_key: mark });
  if (passwordKind !== "jwt") return mark;
  const seconds = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : Date.parse(time) / 1000;
  const claims = { iat: seconds(entry.issuedAt), exp: seconds(entry.expiresAt), sub: mark };
  return `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${b64(mark)}`;
}

/** The case's evidence as a cluster would have given it, read as a file is read. */
async function admitPlanted(folder: CaseFolder): Promise<readonly Json[]> {
  const raw = folder.objects.map((object) => (object["kind"] === "Secret" ? planted(object) : object));
  return readFiles(["-"], () => [
    Buffer.from(JSON.stringify({ apiVersion: "v1", kind: "List", items: raw })),
  ]);
}

describe("with a marked password in every Secret", () => {
  const withSecrets = cases.filter(({ objects }) => objects.some((object) => object["kind"] === "Secret"));

  test.for(withSecrets.map((folder) => [folder.name, folder] as const))(
    "no output shows it, and the answer is the same: %s",
    async ([, folder]) => {
      const admitted = await admitPlanted(folder);
      const diagnoses = diagnose(indexObjects(admitted));
      const list = toDiagnosisList(diagnoses);
      const outputs = [
        toText(diagnoses, { width: 100, colorLevel: 0, wide: true }),
        toText(diagnoses, { width: 40, colorLevel: 1, wide: false }),
        toJson(list),
        toYaml(list),
        toMarkdown(diagnoses),
        toNames(diagnoses),
        toBundle(admitted),
      ];
      const leaks = outputs.flatMap((output) => forms.filter((form) => output.includes(form)));
      expect(leaks).toEqual([]);
      expect(toJson(list)).toBe(toJson(toDiagnosisList(diagnose(indexObjects(folder.objects)))));
    },
  );

  test("the mark was really there: what was learnt of each Secret is what was learnt before", async () => {
    const learnt = (objects: readonly Json[]): readonly unknown[] =>
      objects
        .filter((object) => object["kind"] === "Secret")
        .map((object) => [text(object, "metadata", "name"), readPullSecret(object).payload]);
    for (const folder of withSecrets) {
      const raw = folder.objects.map((object) => (object["kind"] === "Secret" ? planted(object) : object));
      const holds = raw.filter(
        (object) => object["kind"] === "Secret" && Object.keys(record(object, "data")).length > 0,
      );
      expect(holds.length, folder.name).toBeGreaterThan(0);
      expect(learnt(await admitPlanted(folder)), folder.name).toEqual(learnt(folder.objects));
    }
  });
});
