import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { installCompletion } from "../../src/cli/completion/install.ts";
import { completionScript } from "../../src/cli/completion/scripts.ts";
import { connectionFlags, diagnoseFlags, shells } from "../../src/cli/flag-table.ts";
import { startApiServer } from "../api-server.ts";
import { runCommand } from "../command.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is offered for a line whose last word is being typed, and the number for the shell. */
async function offered(...words: readonly string[]): Promise<readonly [readonly string[], number]> {
  const { code, stdout, stderr } = await runCommand(["__complete", ...words]);
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trimEnd().split("\n");
  const directive = Number((lines.pop() ?? "").slice(1));
  return [lines.map((line) => line.split("\t")[0] ?? ""), directive];
}

function kubeconfig(server: string): string {
  const file = join(folder, `${server.replaceAll(/\W/g, "-")}.yaml`);
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: {} }],
      contexts: [
        { name: "prod", context: { cluster: "c", user: "u", namespace: "shop" } },
        { name: "dev", context: { cluster: "c", user: "u", namespace: "lab" } },
      ],
      "current-context": "prod",
    }),
  );
  return file;
}

const waiting = (name: string, reason: string): object => ({
  metadata: { name, namespace: "lab" },
  spec: { initContainers: [{ name: "setup", image: "a" }], containers: [{ name: "app", image: "b" }] },
  status: { phase: "Pending", containerStatuses: [{ name: "app", state: { waiting: { reason } } }] },
});

describe("a cluster is asked as the line says", () => {
  test("context, namespace and kubeconfig are those that stand on the line already", async () => {
    const pods = {
      kind: "PodList",
      apiVersion: "v1",
      items: [
        waiting("slow", "ContainerCreating"),
        waiting("z-bad", "ErrImagePull"),
        { metadata: { name: "a-fine" }, status: { phase: "Running" } },
      ],
    };
    const server = await startApiServer({
      routes: {
        "/api/v1/namespaces/lab/pods": pods,
        "/api/v1/namespaces/lab/pods/z-bad": { kind: "Pod", ...waiting("z-bad", "ErrImagePull") },
      },
      certificate: "none",
    });
    const flags = ["--kubeconfig", kubeconfig(server.url)];
    // Failing ones first, then what waits, then the rest.
    const [names, directive] = await offered("--context=dev", ...flags, "");
    expect(names.slice(0, 3)).toEqual(["z-bad", "slow", "a-fine"]);
    expect(directive).toBe(4 + 32);
    expect((await offered("-nlab", ...flags, "s"))[0]).toEqual(["slow", "statefulset/"]);
    expect((await offered("-n=lab", ...flags, "pod/z"))[0]).toEqual(["pod/z-bad"]);
    expect((await offered("--namespace", "lab", ...flags, "z-bad", "a-f"))[0]).toEqual(["a-fine"]);
    expect((await offered("-n", "lab", ...flags, "z-bad", "z"))[0]).toEqual([]);
    expect((await offered("-n", "lab", ...flags, "z-bad", "-c", ""))[0]).toEqual(["app", "setup"]);
    expect((await offered("-n", "lab", ...flags, "-c", ""))[0]).toEqual(["app"]);
    expect(server.seen.every(({ method, path }) => method === "GET" && path.includes("/lab/pods"))).toBe(
      true,
    );
    await server.close();
  });

  test("where namespaces may not be listed, those of the kubeconfig's contexts are offered", async () => {
    const server = await startApiServer({ admits: () => false, certificate: "none" });
    expect(await offered("--kubeconfig", kubeconfig(server.url), "-n", "")).toEqual([["lab", "shop"], 4]);
    await server.close();
  });

  test("a server that says nothing is given up", async () => {
    const server = await startApiServer({
      routes: { "/api/v1/namespaces/shop/pods": () => undefined },
      certificate: "none",
    });
    expect(await offered("--kubeconfig", kubeconfig(server.url), "z")).toEqual([[], 4]);
    await server.close();
  });
});

describe("words that need no cluster", () => {
  const file = kubeconfig("http://127.0.0.1:1");

  test.each([
    ["contexts, from the kubeconfig", ["--kubeconfig", file, "--context", ""], ["dev", "prod"], 4],
    ["clusters", ["--kubeconfig", file, "--cluster", ""], ["c"], 4],
    ["users", ["--kubeconfig", file, "--user", ""], ["u"], 4],
    ["formats", ["-o", ""], ["text", "wide", "json", "yaml", "markdown", "name", "html"], 4],
    ["formats of pages", ["explain", "-o", ""], ["text", "json", "yaml", "markdown", "name"], 4],
    ["a format behind the sign", ["--output=y"], ["yaml"], 4],
    ["a format behind a letter and the sign", ["-o=y"], ["yaml"], 4],
    ["colours", ["--color", ""], ["auto", "always", "never"], 4],
    ["files", ["--save-bundle", ""], [], 0],
    ["folders", ["completion", "install", "--dir", ""], [], 16],
    ["nothing where only the user knows", ["-l", ""], [], 4],
    ["a flag that was given is not offered again", ["-o", "json", "--ou"], [], 4],
    ["a flag that may come again is", ["-f", "a", "--fil"], ["--filename"], 4],
    ["commands", ["--kubeconfig", file, "ex"], ["explain"], 4],
    ["no command behind a Pod", ["--kubeconfig", file, "web", "ex"], [], 4],
    ["no command behind two dashes", ["--kubeconfig", file, "--", "-"], [], 4],
    ["causes", ["explain", "disk"], ["disk-full"], 4],
    ["one cause only", ["explain", "disk-full", "d"], [], 4],
    ["shells", ["completion", "p"], ["powershell"], 4],
    ["nothing for what is no flag", ["--nonsense="], [], 4],
  ])("%s", async (_, words, names, directive) => {
    expect(await offered(...words)).toEqual([names, directive]);
  });

  test("every flag of the main command", async () => {
    const [found] = await offered("--");
    for (const { name } of [...diagnoseFlags, ...connectionFlags]) expect(found).toContain(`--${name}`);
  });
});

describe.each(shells)("the script for %s", (shell) => {
  test("calls the program's own completion and says how kubectl finds it", () => {
    const script = completionScript(shell);
    expect(script).toContain("kubectl-why_pull __complete");
    expect(script).toContain("kubectl why-pull completion install");
    // What is left of a template's own marks would be a fault.
    expect(script).not.toMatch(/undefined|\\\$|\\`/);
  });
});

const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;

test.skipIf(!hasBash)("bash completes with its script", () => {
  const bin = join(folder, "bash-bin");
  mkdirSync(bin);
  const program = join(bin, "kubectl-why_pull");
  // Answers with its own words, so that what bash makes of a line can be seen.
  writeFileSync(
    program,
    '#!/bin/sh\nshift\nprintf \'%s|\' "$@" >>"$SEEN"; echo >>"$SEEN"\ncase $* in *-f*) echo :0;; *) printf \'json\\tdescription of it\\njs-two\\n:36\\n\';; esac\n',
  );
  chmodSync(program, 0o755);
  writeFileSync(join(bin, "a file.yaml"), "");
  const script = `${completionScript("bash")}
try() { COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=(); __kubectl_why_pull_complete; (IFS='|'; echo "\${COMPREPLY[*]}"); }
try kubectl-why_pull --output = js
try kubectl-why_pull --output =
try kubectl-why_pull -s https : //example.test : 6443 jso
try kubectl-why_pull -f "a"
`;
  const seen = join(folder, "seen");
  const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SEEN: seen };
  const out = execFileSync("bash", ["--norc", "-c", script], { cwd: bin, env, encoding: "utf8" });
  expect(out).toBe("json|js-two\njson|js-two\njson\na file.yaml\n");
  expect(readFileSync(seen, "utf8")).toBe(
    "--output=js|\n--output=|\n-s|https://example.test:6443|jso|\n-f|a|\n",
  );
});

describe.skipIf(process.platform === "win32")("completion install", () => {
  const place = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const shim = "kubectl_complete-why_pull";

  test("writes two lines beside the program that PATH finds", () => {
    const bin = place("found");
    writeFileSync(join(bin, "kubectl-why_pull"), "#!/bin/sh\n", { mode: 0o755 });
    const said = installCompletion(undefined, { PATH: `${place("empty")}:${bin}` }, "linux");
    expect(said).toMatch(`Wrote ${join(bin, shim)}.`);
    expect(said).not.toContain("is not on PATH");
    expect(readFileSync(join(bin, shim), "utf8")).toBe('#!/bin/sh\nexec kubectl-why_pull __complete "$@"\n');
    expect(statSync(join(bin, shim)).mode & 0o777 & 0o500).toBe(0o500);
  });

  test("does nothing the second time", () => {
    const said = installCompletion(undefined, { PATH: join(folder, "found") }, "linux");
    expect(said).toContain("is there already; nothing was written");
  });

  test("goes beside krew's link, not to where the link points", () => {
    const krew = place("krew/bin");
    symlinkSync(join(folder, "found/kubectl-why_pull"), join(krew, "kubectl-why_pull"));
    installCompletion(undefined, { PATH: krew }, "linux");
    expect(readFileSync(join(krew, shim), "utf8")).toContain("__complete");
  });

  test("goes to krew's folder where PATH finds no program", () => {
    const root = place("root");
    place("root/bin");
    const said = installCompletion(undefined, { PATH: "", KREW_ROOT: root }, "linux");
    expect(said).toContain(`Wrote ${join(root, "bin", shim)}`);
    expect(said).toContain("is not on PATH");
  });

  test("leaves alone what another has put there", () => {
    const bin = place("theirs");
    writeFileSync(join(bin, shim), "#!/bin/sh\necho hello\n");
    expect(() => installCompletion(bin, {}, "linux")).toThrow("is there and is not ours");
    expect(readFileSync(join(bin, shim), "utf8")).toContain("hello");
  });

  test("says so where nothing can be written", () => {
    const file = join(place("nowhere"), "file");
    writeFileSync(file, "");
    expect(() => installCompletion(file, {}, "linux")).toThrow(`folder ${file} does not exist`);
    expect(() => installCompletion(undefined, { PATH: "", HOME: file }, "linux")).toThrow(
      "kubectl-why_pull is not on PATH",
    );
  });

  test("writes a batch file on Windows", () => {
    const bin = place("windows");
    installCompletion(bin, {}, "win32");
    expect(readFileSync(join(bin, `${shim}.cmd`), "utf8")).toBe(
      "@echo off\r\nkubectl-why_pull __complete %*\r\n",
    );
  });
});
