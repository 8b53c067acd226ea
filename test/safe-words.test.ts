import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { admit } from "../src/evidence/gate/admit.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { toMarkdown } from "../src/report/markdown.ts";
import { toDiagnosisList, toJson } from "../src/report/structured.ts";
import { toText } from "../src/report/text.ts";
import { safeWords } from "../src/rules/fix/safe-words.ts";
import { mismatch } from "./shop.ts";

/** Names that no API server admits, and that a shell or kubectl would take for something else. */
const hostile = [
  "--all",
  "--kubeconfig=notes.yaml",
  "-n",
  "-o=jsonpath={}",
  "$(id)",
  "`id`",
  "a;id",
  "a b",
  "a\nid",
  "../../../api/v1/secrets",
  "a/b",
  "Web",
  "web.",
  "*",
  "'",
  "\\",
  "\u202eweb",
];

describe("words of a command", () => {
  test("name objects as TYPE/NAME", () => {
    expect(safeWords(["get", "secret", "regcred", "-o", "yaml", "-n", "shop"])).toEqual([
      "get",
      "secret/regcred",
      "-o",
      "yaml",
      "-n",
      "shop",
    ]);
    expect(safeWords(["why-pull", "web", "-o", "wide"])).toEqual(["why-pull", "pod/web", "-o", "wide"]);
    expect(safeWords(["auth", "can-i", "get", "secrets/regcred"])).toEqual([
      "auth",
      "can-i",
      "get",
      "secrets/regcred",
    ]);
    expect(safeWords(["create", "secret", "docker-registry", "regcred"])).toBeDefined();
  });

  test.each(hostile)("are none with a name such as %j", (name) => {
    for (const words of [
      ["get", "secret", name],
      ["delete", "pod", name, "--wait=false"],
      ["rollout", "restart", `deployment/${name}`],
      ["create", "secret", "docker-registry", name],
      ["why-pull", name],
      ["get", "pods", "-n", name],
      ["set", "image", "deployment/web", `${name}=nginx`],
      ["get", "--raw", `/api/v1/nodes/${name}/proxy/configz`],
      ["get", "events", "--field-selector", `involvedObject.name=${name}`],
      ["auth", "can-i", "get", "pods", `--as=system:serviceaccount:shop:${name}`],
    ])
      if (!(name.startsWith("-o=") && words[0] === "set"))
        expect(safeWords(words), JSON.stringify(words)).toBeUndefined();
  });
});

/** The story of a Secret for another registry, with another name wherever one stands. */
function objects(from: string, to: string): readonly Json[] {
  const values = Object.values(mismatch()).flatMap((value) => {
    const object = JSON.parse(
      JSON.stringify(value).replaceAll(JSON.stringify(from), JSON.stringify(to)),
    ) as Json;
    return Array.isArray(object["items"]) ? (object["items"] as Json[]) : [object];
  });
  return values.filter((object) => typeof object["kind"] === "string").map(admit);
}

describe("a report", () => {
  const names = ["shop", "web", "regcred", "default", "node-1", "app"];
  test.each(hostile.filter((name) => name !== "-n"))(
    "shows a name such as %j, and puts it in no command",
    (name) => {
      for (const from of names) {
        const diagnoses = diagnose(indexObjects(objects(from, name)));
        const list = toJson(toDiagnosisList(diagnoses));
        const whole =
          list + toMarkdown(diagnoses) + toText(diagnoses, { width: 120, colorLevel: 0, wide: true });
        expect(whole).not.toContain("\0");
        const { items } = JSON.parse(list) as {
          items: { fix: { command?: string }[]; unknowns: { command?: string }[] }[];
        };
        for (const { fix, unknowns } of items)
          for (const { command = "" } of [...fix, ...unknowns])
            // What stays in a list of names is data in a patch, between quotes.
            expect(command.replaceAll(/ -p '(?:[^']|'\\'')*'/g, ""), from).not.toContain(name);
      }
    },
  );

  test("takes no flag out of a bundle but the name of a context", () => {
    const kubectlFlags = [
      "--kubeconfig",
      "./evil",
      "--context",
      "prod",
      "--server",
      "https://evil.example",
      "--user",
      "x",
    ];
    const more = ["--as", "admin", "--as-group", "g", "--cluster", "c", "--context", "--all", "--token", "t"];
    const header = admit({
      kind: "PullBundle",
      apiVersion: "why-pull/v1",
      spec: { kubectlFlags: [...kubectlFlags, ...more] },
    });
    const diagnoses = diagnose(indexObjects([header, ...objects("web", "web")]));
    const list = toJson(toDiagnosisList(diagnoses));
    const { items } = JSON.parse(list) as { items: { fix: { command?: string }[] }[] };
    const commands = items.flatMap(({ fix }) => fix.flatMap(({ command }) => command ?? []));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      expect(command).toContain("--context prod");
      expect(command).not.toMatch(/evil|--user|--as\b|--cluster|--all|--token|--kubeconfig/);
    }
  });
});
