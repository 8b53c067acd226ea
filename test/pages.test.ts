import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../docs/rules/", import.meta.url);

const sections = [
  "What happened",
  "Why Kubernetes behaves so",
  "How to make sure",
  "How to heal",
  "When this is wrong",
  "Example",
];

/** Words in backticks that look like a cause's id and are Kubernetes' or a media type's own. */
const notCauses = new Set(["pod-template-hash", "controller-revision-hash", "in-toto", "cri-o"]);

interface Page {
  readonly id: string;
  readonly text: string;
}

const pages: readonly Page[] = readdirSync(folder)
  // The list of all.
  .filter((name) => name !== "README.md")
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ id: name.slice(0, -".md".length), text: readFileSync(new URL(name, folder), "utf8") }));

const ids: ReadonlySet<string> = new Set(pages.map(({ id }) => id));

/** The page without what a script writes into it: the header block, and everything from Example on. */
function written(text: string): string {
  return text
    .replace(/<!-- generated: header -->\n[\s\S]*?<!-- end -->\n/, "")
    .replace(/\n## Example\n[\s\S]*$/, "");
}

/** What is neither a code block nor in backticks. */
function prose(text: string): string {
  return written(text)
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .replaceAll(/`[^`]*`/g, "code");
}

/** The commands of all shell blocks, one a line. */
function commands(text: string): readonly string[] {
  return [...written(text).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap((block) =>
    (block[1] ?? "").replaceAll(/\\\n\s*|\|\n\s*/g, (end) => (end.startsWith("|") ? "| " : "")).split("\n"),
  );
}

function section(text: string, heading: string): string {
  const after = text.split(`\n## ${heading}\n`)[1] ?? "";
  return (after.split(/\n## /)[0] ?? "").trim();
}

/** Each check: a page's faults as sentences, none if it is in order. */
const checks: Readonly<Record<string, (page: Page) => readonly string[]>> = {
  "has one title and the six sections in order": ({ text }) => {
    const headings = [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^(#+) (.+)$/gm)];
    const found = headings.map(([, marks, words]) => `${marks} ${words}`);
    const wanted = [found[0] ?? "", ...sections.map((name) => `## ${name}`)];
    const inOrder = found.length === wanted.length && found.every((heading, at) => heading === wanted[at]);
    return /^# \S/.test(text) && inOrder ? [] : [`headings are ${found.join(", ")}`];
  },

  "keeps the places that a script fills": ({ text }) => [
    ...(/^# .+\n\n<!-- generated: header -->\n(?:[\s\S]*?\n)?<!-- end -->\n\n## What/.test(text)
      ? []
      : ["no header block under the title"]),
    ...(/\n## Example\n\n<!-- generated: example -->\n(?:[\s\S]*\n)?<!-- end -->\n$/.test(text)
      ? []
      : ["no example block at the end"]),
  ],

  "leaves no section empty": ({ text }) =>
    sections.slice(0, -1).filter((heading) => section(text, heading).length < 80),

  "says where its reason can be read: a source file, a package or a KEP": ({ text }) =>
    /\b(?:[\w.-]+\/)*[\w-]+\.go\b|\b(?:pkg|core|internal|plugin|docs)\/\w|\bKEP-\d+|\bcontainers\/image\b|\bGo's (?:net|crypto)\b/.test(
      section(text, "Why Kubernetes behaves so"),
    )
      ? []
      : ["no source"],

  "gives at least three near misses, each its own list item": ({ text }) => {
    const lines = section(text, "When this is wrong").split("\n");
    const items = lines.filter((line) => line.startsWith("- ")).length;
    return items >= 3 && lines.every((line) => /^(?:- |  \S)/.test(line)) ? [] : [`${items} items`];
  },

  "fits 80 columns and 60 lines": ({ text }) => {
    const lines = written(text).split("\n");
    const wide = lines.slice(1).filter((line) => [...line].length > 80);
    return [...wide, ...(lines.length > 60 ? [`${lines.length} lines`] : [])];
  },

  "uses paragraphs, flat lists and code blocks only": ({ text }) => [
    ...(prose(text).match(/^(?: *(?:\||[*+] |\d+\. |> )| +- ).*/gm) ?? []),
    ...(prose(text).match(/<[a-z!/][^>]*>?|!?\[[^\]]*\]\(|\*\*|__|https?:\/\/\S+\.\S+/gi) ?? []).filter(
      (found) => found !== "https://index.docker.io/v1/.",
    ),
  ],

  "closes its code blocks and backticks, and says what is in the blocks": ({ text }) => {
    const fences = written(text).match(/^```.*$/gm) ?? [];
    const wrong = fences.filter((fence, at) =>
      at % 2 === 0 ? !/^```(?:sh|text)$/.test(fence) : fence !== "```",
    );
    return [
      ...wrong,
      ...(fences.length % 2 === 0 ? [] : ["a block is open"]),
      ...(prose(text).includes("`") ? ["a backtick is open"] : []),
    ];
  },

  "prints no Secret's content and takes a login from the two variables only": ({ text }) =>
    commands(text).filter(
      (line) =>
        (/\bget secrets?\b/.test(line) && /-o[= ]?(?:yaml|json\b)|\.data\b/.test(line)) ||
        /base64 (?:-d|--decode)|docker login|crictl pull --(?:creds|auth)/.test(line) ||
        (line.includes("--dry-run=client -o yaml") && !/-o yaml \| kubectl replace /.test(line)) ||
        /--docker-(?:username|password)=(?!"\$REGISTRY_(?:USERNAME|PASSWORD)")/.test(line) ||
        /\$(?!REGISTRY_USERNAME\b|REGISTRY_PASSWORD\b|patch\b|\()/.test(line),
    ),

  "names a namespace in every command that touches a namespaced object": ({ text }) =>
    commands(text).filter(
      (line) =>
        /^kubectl (?:get|describe|patch|set|rollout|annotate|delete|create secret|events|why-pull)\b/.test(
          line,
        ) && !/ (?:-n NAMESPACE|-A|--raw)\b|(?:get|describe) node |image\.config\.openshift\.io/.test(line),
    ),

  "refers to causes that have a page, and not to itself": ({ id, text }) =>
    [...written(text).matchAll(/`([a-z]+\d?(?:-[a-z]+)+)`/g)]
      .map(([, word]) => word ?? "")
      .filter((word) => !notCauses.has(word) && (!ids.has(word) || word === id)),

  "speaks calmly, and of nothing but the project": ({ text }) => [
    ...(prose(text).match(/\w!|\bplease\b|\beasily\b|\bobviously\b/gi) ?? []),
    ...(written(text).match(/\/(?:work|tmp)\/\S*|\b(?:assistant|prompt|TODO)\b/gi) ?? []),
  ],
};

describe("a page of a cause", () => {
  it("exists for at least the 59 causes of the first release", () => {
    expect(pages.length).toBeGreaterThanOrEqual(59);
    expect(pages.map(({ id }) => id).filter((id) => !/^[a-z]+\d?(?:-[a-z]+)+$|^forbidden$/.test(id))).toEqual(
      [],
    );
  });

  it.each(Object.entries(checks))("%s", (_, check) => {
    const faults = pages.flatMap((page) => check(page).map((fault) => `docs/rules/${page.id}.md: ${fault}`));
    expect(faults).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const good = pages.find(({ id }) => id === "pull-secret-missing")?.text ?? "";

  // One row per way to spoil a page, with the check that has to notice it.
  const spoiled: ReadonlyArray<readonly [string, keyof typeof checks, (text: string) => string]> = [
    [
      "a missing section",
      "has one title and the six sections in order",
      (text) => text.replace("## How to heal", "Heal"),
    ],
    ["a second title", "has one title and the six sections in order", (text) => `${text}\n# Again\n`],
    [
      "a lost marker",
      "keeps the places that a script fills",
      (text) => text.replace("<!-- generated: header -->\n", ""),
    ],
    ["text after the example", "keeps the places that a script fills", (text) => `${text}More.\n`],
    [
      "a heading without text",
      "leaves no section empty",
      (text) => text.replace(/## What happened\n\n[^#]*/, "## What happened\n\n"),
    ],
    [
      "a reason without its source",
      "says where its reason can be read: a source file, a package or a KEP",
      (text) => text.replace("pkg/kubelet/kubelet_pods.go, ", ""),
    ],
    [
      "near misses in a paragraph",
      "gives at least three near misses, each its own list item",
      (text) => text.replace("\n## Example", "It may be something else.\n\n## Example"),
    ],
    [
      "a wide line",
      "fits 80 columns and 60 lines",
      (text) => text.replace("The kubelet fetches", `${"x".repeat(81)}\nThe`),
    ],
    [
      "a long page",
      "fits 80 columns and 60 lines",
      (text) => text.replace("\n## How to heal", `${"\n".repeat(30)}\n## How to heal`),
    ],
    [
      "a table",
      "uses paragraphs, flat lists and code blocks only",
      (text) => text.replace("\n## How to heal", "| a | b |\n\n## How to heal"),
    ],
    [
      "a nested list",
      "uses paragraphs, flat lists and code blocks only",
      (text) => text.replace("\n## Example", "  - deeper\n\n## Example"),
    ],
    [
      "a link",
      "uses paragraphs, flat lists and code blocks only",
      (text) => text.replace("NotFound", "[NotFound](x)"),
    ],
    [
      "HTML",
      "uses paragraphs, flat lists and code blocks only",
      (text) => text.replace("NotFound", "<b>NotFound</b>"),
    ],
    [
      "an open code block",
      "closes its code blocks and backticks, and says what is in the blocks",
      (text) => text.replace("```\n\nThe first", "\nThe first"),
    ],
    [
      "a block in no language",
      "closes its code blocks and backticks, and says what is in the blocks",
      (text) => text.replace("```sh", "```"),
    ],
    [
      "a command that prints a Secret",
      "prints no Secret's content and takes a login from the two variables only",
      (text) =>
        text.replace(
          "kubectl get secret SECRET -n NAMESPACE",
          "kubectl get secret SECRET -n NAMESPACE -o yaml",
        ),
    ],
    [
      "the same over two lines",
      "prints no Secret's content and takes a login from the two variables only",
      (text) =>
        text.replace(
          "kubectl get secret SECRET -n NAMESPACE",
          "kubectl get secret SECRET -n NAMESPACE \\\n  -o json",
        ),
    ],
    [
      "a password in clear",
      "prints no Secret's content and takes a login from the two variables only",
      (text) => text.replace('"$REGISTRY_PASSWORD"', "hunter2"),
    ],
    [
      "a command for whatever namespace is current",
      "names a namespace in every command that touches a namespaced object",
      (text) => text.replace("kubectl get secret SECRET -n NAMESPACE", "kubectl get secret SECRET"),
    ],
    [
      "a cause that does not exist",
      "refers to causes that have a page, and not to itself",
      (text) => text.replace("`waiting-for-retry`", "`waiting-for-godot`"),
    ],
    [
      "a page that points at itself",
      "refers to causes that have a page, and not to itself",
      (text) => text.replace("`waiting-for-retry`", "`pull-secret-missing`"),
    ],
    [
      "an exclamation",
      "speaks calmly, and of nothing but the project",
      (text) => text.replace("decides nothing.", "decides nothing!"),
    ],
    [
      "a path of somebody's machine",
      "speaks calmly, and of nothing but the project",
      (text) => text.replace("NotFound", "/tmp/x"),
    ],
  ];

  it.each(spoiled)("notice %s", (_, name, spoil) => {
    const text = spoil(good);
    expect(text).not.toBe(good);
    expect(checks[name]?.({ id: "pull-secret-missing", text })).not.toEqual([]);
  });

  it("look only at what was written by hand: a filled header and example may be long and wide", () => {
    const text = good
      .replace("<!-- generated: header -->\n", `<!-- generated: header -->\n${"y".repeat(200)}\n`)
      .replace("<!-- generated: example -->\n", `<!-- generated: example -->\n${"- z\n".repeat(80)}`);
    expect(Object.values(checks).flatMap((check) => check({ id: "pull-secret-missing", text }))).toEqual([]);
  });
});
