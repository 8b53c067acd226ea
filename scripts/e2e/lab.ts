import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Which cluster the lab starts. */
export interface Variant {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

export const variants: readonly Variant[] = [
  { name: "1.36", env: { LAB_RELEASE: "1.36", LAB_RUNTIME: "containerd" } },
  { name: "1.31", env: { LAB_RELEASE: "1.31", LAB_RUNTIME: "containerd" } },
  { name: "crio", env: { LAB_RELEASE: "1.36", LAB_RUNTIME: "crio" } },
];

export interface Lab {
  /** With the administrator's KUBECONFIG and the lab's kubectl on PATH. */
  readonly env: NodeJS.ProcessEnv;
  readonly kubeconfig: string;
  /** The kubeconfig of a user who may read Pods and Events only. */
  readonly reader: string;
  /** The registries' own log: one JSON object for each request. */
  readonly log: string;
  /** Ends the lab, if it was started here. May be called twice. */
  readonly down: () => void;
}

/** The lab's folder beside the checkout, or undefined where there is none. */
export function labFolder(): string | undefined {
  const folder = resolve(import.meta.dirname, "../../../shared/lab");
  return existsSync(join(folder, "lab")) ? folder : undefined;
}

/** Starts the lab in a folder of its own. The caller has to be in a network namespace of its own: the API server's port is fixed. */
export function startLab(folder: string, variant: Variant): Lab {
  const place = mkdtempSync(join(tmpdir(), "pull-lab-e2e-"));
  const env = { ...process.env, ...variant.env, LAB_DIR: place, LAB_KUBELET_FLAGS: "--max-pods=600" };
  const lab = join(folder, "lab");
  let up = true;
  const down = (): void => {
    if (!up) return;
    up = false;
    // A lab that came up only in part is ended all the same.
    spawnSync(lab, ["down", "--purge"], { env, stdio: "ignore" });
    rmSync(place, { recursive: true, force: true });
  };
  try {
    return { ...facts(execFileSync(lab, ["up"], { env, encoding: "utf8" })), down };
  } catch (error) {
    down();
    throw new Error(`the lab did not come up (${variant.name})`, { cause: error });
  }
}

/** The lab that runs already, in the folder that it uses by default. */
export function runningLab(folder: string): Lab {
  const lines = execFileSync(join(folder, "lab"), ["env"], { encoding: "utf8" });
  return { ...facts(lines), down: () => undefined };
}

/** From the export lines that the lab prints. */
function facts(lines: string): Omit<Lab, "down"> {
  const kubeconfig = /^export KUBECONFIG=(.*)$/m.exec(lines)?.[1];
  const path = /^export PATH=(.*):\$PATH$/m.exec(lines)?.[1];
  if (kubeconfig === undefined || path === undefined) throw new Error("the lab's lines are not understood");
  const place = dirname(kubeconfig);
  return {
    env: { ...process.env, KUBECONFIG: kubeconfig, PATH: `${path}:${process.env["PATH"] ?? ""}` },
    kubeconfig,
    reader: join(place, "reader.kubeconfig"),
    log: join(place, "log", "registries.log"),
  };
}
