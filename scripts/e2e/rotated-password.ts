import type { Outcome } from "../e2e-krew.ts";
import { mustRun, pause, run } from "./command.ts";
import type { Plugin } from "./program.ts";

/** Workloads of one registry, whose login was changed there and not in the cluster. */
const names = ["cart", "catalog", "checkout", "payments", "search", "users"];
const namespace = "rotated-password";
const host = "registry.acme.test";
const words = ["--docker-username=robot", `--docker-server=${host}`];

/** Six Deployments and one rotated password: one answer, whose fix is pasted once and heals all six. */
export async function playRotatedPassword({ folder }: Plugin): Promise<Outcome> {
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
  const kubectl = (...rest: readonly string[]): Promise<string> =>
    mustRun("kubectl", ["-n", namespace, ...rest], { env });
  const failed: string[] = [];
  let passed = 0;
  const check = (what: string, holds: boolean): void => {
    if (holds) passed += 1;
    else failed.push(what);
  };
  await mustRun("kubectl", ["create", "namespace", namespace], { env });
  try {
    await kubectl(
      "create",
      "secret",
      "docker-registry",
      "regcred",
      ...words,
      "--docker-password=lab-wrong-1",
    );
    await mustRun("kubectl", ["apply", "-f", "-"], {
      env,
      input: JSON.stringify({ kind: "List", apiVersion: "v1", items: names.map(deployment) }),
    });
    const report = await untilAllFail(env);
    check("six workloads are one answer", report.includes("6 Pods of 6 workloads"));
    check("which writes the Secret once", report.split("create secret docker-registry").length === 2);
    const commands = commandsOf(report);
    const login = { REGISTRY_USERNAME: "robot", REGISTRY_PASSWORD: "lab-good-2" };
    const pasted = await run("sh", ["-e"], { env: { ...env, ...login }, input: `${commands.join("\n")}\n` });
    check(`its fix runs as printed: ${pasted.stderr.trim()}`, pasted.code === 0);
    for (const name of names) {
      const rolled = await run(
        "kubectl",
        ["-n", namespace, "rollout", "status", `deployment/${name}`, "--timeout=90s"],
        { env },
      );
      check(`deployment/${name} heals`, rolled.code === 0);
    }
  } finally {
    await run("kubectl", ["delete", "namespace", namespace, "--wait=false"], { env });
  }
  return { passed, failed };
}

async function untilAllFail(env: NodeJS.ProcessEnv): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const { stdout } = await run("kubectl", ["why-pull", "-n", namespace], { env });
    if (stdout.includes(`${names.length} Pods`) || tries > 30) return stdout;
    await pause(3);
  }
}

/** The lines of the Fix section that a shell runs. */
function commandsOf(report: string): readonly string[] {
  const [, fix = ""] = /^Fix(.*?)\n\n/ms.exec(report) ?? [];
  return fix
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("kubectl "));
}

function deployment(name: string): object {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          imagePullSecrets: [{ name: "regcred" }],
          containers: [{ name: "app", image: `${host}/shop/${name}:1.0` }],
        },
      },
    },
  };
}
