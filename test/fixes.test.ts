import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCases } from "../scripts/case-folders.ts";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import type { Finding, Fix } from "../src/rules/rule.ts";
import { leadingOf } from "../src/verdict.ts";

/** What a fix says of itself beyond the golden reports. */

const cases = await readCases();

/** The fixes of every failing image of the case, after its text was changed. */
function fixesOf(...changed: Parameters<typeof findingsOf>): readonly Fix[] {
  return findingsOf(...changed).flatMap(({ fixes }) => fixes);
}

function findingsOf(
  name: string,
  replace: Readonly<Record<string, string>>,
  add: readonly Json[] = [],
): readonly Finding[] {
  const folder = cases.find((one) => one.name === name);
  if (folder === undefined) throw new Error(`there is no case ${name}`);
  let text = JSON.stringify(folder.objects);
  for (const [from, to] of Object.entries(replace)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const objects = [...(JSON.parse(text) as Json[]), ...add];
  return diagnose(indexObjects(objects)).flatMap(({ verdict }) => leadingOf(verdict)?.finding ?? []);
}

describe("a Secret that is taken off the list", () => {
  const spoilt = "pull-secret-malformed/second-secret-spoils-the-first";

  test("takes its other entries with it, and the fix says so", () => {
    const summaries = fixesOf(spoilt, {
      '\\"readable\\":[]': '\\"readable\\":[\\"docker.io\\",\\"quay.io\\"]',
    }).map(({ summary }) => summary);
    expect(summaries[0]).toContain("goes without old-login's entries for docker.io, quay.io");
  });

  test("that has no others takes nothing", () => {
    for (const { summary } of fixesOf(spoilt, {})) expect(summary).not.toContain("goes without");
  });
});

describe("a Secret that cannot be decoded and is written anew", () => {
  const malformed = "pull-secret-malformed/auth-is-url-safe-base64";
  const key = '\\"registryKey\\":\\"registry.example\\",';

  test("loses nothing with the image's own entry", () => {
    for (const { summary } of fixesOf(malformed, {})) expect(summary).not.toContain("replaces all");
  });

  test("loses an entry for another registry, and the fix says so before its command", () => {
    const [first] = fixesOf(malformed, { [key]: key.replace("registry.example", "old.example") });
    expect(first?.summary).toContain("its entry for old.example, which cannot be decoded, is lost");
    expect(first?.command).toBeDefined();
  });

  test("loses nobody knows what where all of it is no JSON", () => {
    const [first] = fixesOf(malformed, { [key]: "" });
    expect(first?.summary).toContain("for which registries that is cannot be read");
  });
});

describe("a refused Secret that something else writes", () => {
  const written = "credential-rejected/written-by-an-external-secret";
  const lists = (replace: Readonly<Record<string, string>>): readonly string[] =>
    fixesOf(written, replace).flatMap(
      ({ command }) => /"imagePullSecrets":\[(.*?)\]/.exec(command ?? "")?.[1] ?? [],
    );

  test("leaves the list where the registry does not know its only login", () => {
    const unknown = lists({
      "unexpected status from HEAD request to https://registry.corp.example/v2/team/api/manifests/1.4":
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.corp.example/token?scope=x",
    });
    expect(unknown).toEqual(['{"name":"pull-registry-corp-example"}']);
  });

  test("stays where its login may only lack a right here, since other Pods may pull with it", () => {
    expect(lists({})).toEqual(['{"name":"registry-login"},{"name":"pull-registry-corp-example"}']);
    const denied = lists({ "401 Unauthorized": "403 Forbidden", "registry.corp.example": "ghcr.io" });
    expect(denied).toEqual(['{"name":"registry-login"},{"name":"pull-ghcr-io"}']);
  });
});

describe("an ambiguous answer", () => {
  test("has the commands of its other readings, each under its name, and none twice", () => {
    const fixes = fixesOf("forbidden/asked-for-no-login", {});
    const others = fixes.filter(({ summary }) => summary.startsWith("If it is no-pull-secret: "));
    expect(others.length).toBeGreaterThan(0);
    expect(others.every(({ command }) => command !== undefined)).toBe(true);
    const commands = fixes.flatMap(({ command }) => command ?? []);
    expect(new Set(commands).size).toBe(commands.length);
  });

  test("has those of readings that no rule found, too", () => {
    const named = (name: string, id: string): readonly Fix[] =>
      fixesOf(name, {}).filter(({ summary }) => summary.startsWith(`If it is ${id}: `));
    const [refused] = named("credential-kind-not-taken/near-miss-classic-token", "credential-rejected");
    expect(refused?.command).toContain("kubectl patch secret/github-login");
    expect(named("mirror-failed/wants-a-login", "node-credential-failed")).toEqual([]);
  });
});

describe("a Secret that is not there", () => {
  interface Named {
    readonly name?: string;
    readonly namespace?: string;
  }

  /** The case's objects with the API server's word that a Secret does not exist in the place of each. */
  function without(objects: readonly Json[]): readonly Json[] {
    return objects.map((object) => {
      const lost = /\/namespaces\/([^/]+)\/secrets\/([^/?]+)/.exec(JSON.stringify(object.metadata));
      if (object.kind !== "Secret" && (object.kind !== "Status" || lost === null)) return object;
      const { name = lost?.[2] ?? "", namespace = lost?.[1] ?? "default" } = object.metadata as Named;
      return {
        apiVersion: "v1",
        kind: "Status",
        metadata: { selfLink: `/api/v1/namespaces/${namespace}/secrets/${name}` },
        status: "Failure",
        reason: "NotFound",
        details: { kind: "secrets", name },
        code: 404,
      };
    });
  }

  test.each(
    cases
      .filter(({ objects }) => objects.some(({ kind }) => kind === "Secret"))
      .map((one) => [one.name, one] as const),
  )("is on no list that a fix writes, unless the fix makes it: %s", (_, { objects }) => {
    for (const { evidence, verdict } of diagnose(indexObjects(without(objects))))
      for (const { command = "", lists } of leadingOf(verdict)?.finding.fixes ?? [])
        for (const name of [...(lists?.pod ?? []), ...(lists?.account ?? [])])
          if (evidence.secrets.get(name)?.state === "absent")
            expect(command).toContain(`docker-registry ${name} `);
  });
});

describe("a Secret whose login another Pod shows to be refused", () => {
  const hidden = "service-account-list-ignored/own-list-hides-it";
  const folder = cases.find(({ name }) => name === hidden);
  const pod = folder?.objects.find(({ kind }) => kind === "Pod");
  const secret = /"imagePullSecrets":\[\{"name":"([^"]+)"/.exec(
    JSON.stringify(folder?.objects.find(({ kind }) => kind === "ServiceAccount")),
  )?.[1];

  /** A Pod that lists it, and whose pull of another repository was answered so. */
  function other(answer: string): Json {
    const { metadata, spec, status } = JSON.parse(JSON.stringify(pod)) as Record<
      string,
      Record<string, unknown>
    >;
    const images = JSON.stringify(spec).matchAll(/"image":"([^"/]+)\/([^"]+?):([^"]+)"/g);
    const [[, host = "", path = "", tag = ""] = []] = [...images];
    const message = `Back-off pulling image "${host}/${path}:${tag}": ErrImagePull: failed to pull and unpack image "${host}/${path}:${tag}": failed to resolve image: unexpected status from HEAD request to https://${host}/v2/${path}/manifests/${tag}: ${answer}`;
    const text = JSON.stringify(status).replaceAll(
      /"message":"(?:[^"\\]|\\.)*"/g,
      `"message":${JSON.stringify(message)}`,
    );
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name: "twin", uid: "b7d4f1de-0000-4000-8000-000000000001" },
      spec: { ...spec, imagePullSecrets: [{ name: secret }] },
      status: JSON.parse(text) as unknown,
    };
  }

  function summaries(add: readonly Json[]): string {
    return fixesOf(hidden, {}, add)
      .map(({ summary }) => summary)
      .join("\n");
  }

  test("is offered as long as nothing shows it", () => {
    expect(summaries([])).toContain(`Secret ${secret ?? ""} fits`);
    expect(summaries([other("503 Service Unavailable")])).toContain(`Secret ${secret ?? ""} fits`);
  });

  test("is not offered, and the fix says why", () => {
    const text = summaries([other("401 Unauthorized")]);
    expect(text).not.toContain(`Secret ${secret ?? ""} fits`);
    expect(text).toContain(`The login in ${secret ?? ""} is refused where another Pod uses it.`);
  });
});

describe("a Secret with which another Pod was given an image", () => {
  const hidden = "service-account-list-ignored/own-list-hides-it";
  const created = "2026-11-22T05:19:00Z";

  function secret(name: string, written = "2026-11-22T05:18:44Z"): Json {
    const regcred = cases
      .find((one) => one.name === hidden)
      ?.objects.find(
        ({ kind, metadata }) => kind === "Secret" && JSON.stringify(metadata).includes('"regcred"'),
      );
    const text = JSON.stringify(regcred).replaceAll("regcred", name);
    return JSON.parse(text.replaceAll(/2026-11-22T05:18:\d\dZ/g, written)) as Json;
  }

  interface Other {
    readonly image?: string;
    readonly policy?: string;
    readonly list?: readonly string[];
    readonly events?: readonly string[];
  }

  /** A Pod that runs. */
  function other({
    image = "registry.example/team-a/api:1.0",
    policy = "Always",
    list = ["good"],
    events = [],
  }: Other): readonly Json[] {
    const metadata = { name: "twin", namespace: "team-a", uid: "u-twin", creationTimestamp: created };
    const containers = [{ name: "app", image, imagePullPolicy: policy }];
    const state = { running: { startedAt: "2026-11-22T05:19:03Z" } };
    const status = { name: "app", image, imageID: `${image}@sha256:0`, restartCount: 0, ready: true, state };
    return [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata,
        spec: {
          nodeName: "node-2",
          serviceAccountName: "default",
          imagePullSecrets: list.map((name) => ({ name })),
          containers,
        },
        status: { phase: "Running", containerStatuses: [status] },
      },
      ...events.map((message, at) => ({
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `twin.${at}`, namespace: "team-a" },
        involvedObject: {
          kind: "Pod",
          namespace: "team-a",
          name: "twin",
          uid: "u-twin",
          fieldPath: "spec.containers{app}",
        },
        reason: "Pulled",
        message,
        count: 1,
        firstTimestamp: "2026-11-22T05:19:02Z",
        lastTimestamp: "2026-11-22T05:19:02Z",
      })),
    ];
  }

  const first = (...add: readonly Json[]): string => fixesOf(hidden, {}, add)[0]?.summary ?? "";
  const unknown = "Whether its login is good is not known.";

  test("is preferred to the one that is nearer, and the fix says which Pod shows it", () => {
    expect(first(secret("good"), ...other({}))).toMatch(
      /^Secret good holds a login for this image: .* Pod twin, which names it, pulled from this repository\.$/,
    );
  });

  test("shows less with an image of another repository", () => {
    const summary = first(secret("good"), ...other({ image: "registry.example/tools/proxy:2" }));
    expect(summary).toMatch(/^Secret good .* Pod twin, which names it, pulled from registry\.example\.$/);
  });

  test("is shown by the kubelet's event, too", () => {
    const events = ['Successfully pulled image "registry.example/team-a/api:1.0" in 1s'];
    expect(first(secret("good"), ...other({ policy: "IfNotPresent", events }))).toContain("Pod twin");
  });

  test.each<[string, readonly Json[]]>([
    ["that may have found its image on the node", other({ policy: "IfNotPresent" })],
    [
      "that found its image on the node",
      other({ policy: "IfNotPresent", events: ['Container image "x" already present on machine'] }),
    ],
    ["of another registry", other({ image: "mirror.example/team-a/api:1.0" })],
    ["that may have pulled with another Secret", other({ list: ["good", "regcred"] })],
    ["that names none", other({ list: [] })],
  ])("is not shown by a Pod %s", (_, objects) => {
    const summary = first(secret("good"), ...objects);
    expect(summary).toMatch(/^Secret regcred fits/);
    expect(summary).toContain(unknown);
  });

  test("is not shown once it was written again", () => {
    expect(first(secret("good", "2026-11-22T05:19:01Z"), ...other({}))).toContain(unknown);
  });

  test("is not shown on a node that may log in by itself", () => {
    const provider = {
      apiVersion: "kubelet.config.k8s.io/v1",
      kind: "CredentialProviderConfig",
      providers: [{ name: "corp", matchImages: ["registry.example"] }],
    };
    expect(first(secret("good"), ...other({}), provider)).toContain(unknown);
    const elsewhere = { ...provider, providers: [{ name: "corp", matchImages: ["mirror.example"] }] };
    expect(first(secret("good"), ...other({}), elsewhere)).toContain("Pod twin");
  });

  test("takes the place of one that cannot be decoded", () => {
    const add = JSON.parse(
      JSON.stringify([secret("good"), ...other({})]).replaceAll("team-a", "batch"),
    ) as readonly Json[];
    const lists = fixesOf("pull-secret-malformed/auth-is-url-safe-base64", {}, add).flatMap(
      ({ command }) => /"imagePullSecrets":\[(.*?)\]/.exec(command ?? "")?.[1] ?? [],
    );
    expect(lists).toEqual(['{"name":"good"}']);
  });
});

describe("a tag that is absent, for a Job that a CronJob's next run waits for", () => {
  const file = fileURLToPath(new URL("reports/cronjob-tag-absent.yaml", import.meta.url));
  const fixesWith = async (policy: string): Promise<readonly Fix[]> => {
    const text = JSON.stringify(await readFiles([file], () => []));
    if (!text.includes('"Forbid"')) throw new Error("the report has another policy");
    const objects = JSON.parse(text.replaceAll('"Forbid"', `"${policy}"`)) as Json[];
    return diagnose(indexObjects(objects)).flatMap(({ verdict }) => leadingOf(verdict)?.finding.fixes ?? []);
  };

  test("is corrected first and the Job ended then, in one fix, and by no command alone", async () => {
    const fixes = await fixesWith("Forbid");
    expect(fixes).toHaveLength(1);
    expect(fixes[0]?.summary).toMatch(
      /^Correct the tag .*, end the Job .* kubectl delete job\/nightly-29540 /,
    );
    expect(fixes[0]?.command).toBeUndefined();
  });

  test.each(["Allow", "Replace"])("ends no Job where the policy is %s", async (policy) => {
    const fixes = await fixesWith(policy);
    expect(fixes.map(({ summary }) => summary).join()).not.toContain("delete");
  });
});

describe("a page that stands where a registry was meant", () => {
  const portal = "unexpected-response/a-portal-answers";
  const stored = `failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:${"9e".repeat(32)}: not found`;

  test("is removed from the node after its cause, in one fix", () => {
    const fixes = fixesOf(portal, {});
    expect(fixes).toHaveLength(1);
    expect(fixes[0]?.summary).toMatch(
      /^Correct the host .* Then whoever runs node-1 removes .*: crictl rmi /,
    );
  });

  test("is not where the node has stored none", () => {
    const [fix, ...more] = fixesOf(portal, {
      [stored]: "failed to decode registry response: invalid character '<' looking for beginning of value",
    });
    expect(fix?.summary).toMatch(/^Correct the host /);
    expect(fix?.summary).not.toContain("crictl");
    expect(more).toEqual([]);
  });
});

describe("a sandbox image that cannot be pulled", () => {
  const sandbox = "sandbox-image-failed/pause-image-refused";
  const refusal = "reading manifest 1.0 in registry.example/public/pause: unauthorized";

  test("wants a login where it was refused", () => {
    expect(fixesOf(sandbox, {})[0]?.summary).toMatch(/^Whoever runs \S+ gives the runtime a login/);
  });

  test("wants what else is wrong put right, which the sentence above says once", () => {
    const [finding] = findingsOf(sandbox, {
      [refusal]:
        "pinging container registry registry.example: dial tcp 192.0.2.9:443: connect: connection refused",
    });
    const [fix] = finding?.fixes ?? [];
    expect(finding?.summary).toMatch(/pause:1\.0: the host refused the connection\.$/);
    expect(fix?.summary).toMatch(/^Whoever runs \S+ puts that right .*explain connect-refused/);
    expect(fix?.summary).not.toMatch(/login|refused the/);
  });
});
