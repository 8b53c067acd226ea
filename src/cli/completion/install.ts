import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "../../user-error.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Writes the program that kubectl looks for when why-pull's words are completed (kubectl 1.26 and later,
 * pkg/cmd/plugin_completion.go): beside the kubectl-why_pull of PATH, into $KREW_ROOT/bin, or into `folder`. Returns what
 * there is to say about it. Throws UserError where nothing can be written.
 */
export function installCompletion(folder: string | undefined, env: Variables, platform: string): string {
  const place = placeOf(folder, env, platform);
  const { name, text } = shim(platform);
  const file = join(place, name);
  const said = [write(file, text)];
  if (!onPath(place, env)) said.push(`${place} is not on PATH: kubectl does not find it there.`);
  said.push(
    'Try it: kubectl __complete why-pull ""',
    "For Tab to use it, kubectl's own completion must be on: kubectl completion --help",
  );
  return `${said.join("\n")}\n`;
}

/** Two lines that find the program on PATH, as kubectl does: it may be updated or moved. */
function shim(platform: string): { readonly name: string; readonly text: string } {
  return platform === "win32"
    ? { name: "kubectl_complete-why_pull.cmd", text: "@echo off\r\nkubectl-why_pull __complete %*\r\n" }
    : { name: "kubectl_complete-why_pull", text: '#!/bin/sh\nexec kubectl-why_pull __complete "$@"\n' };
}

function placeOf(folder: string | undefined, env: Variables, platform: string): string {
  if (folder !== undefined && folder !== "") {
    if (!isFolder(folder)) throw new UserError(`folder ${folder} does not exist`, undefined, 3);
    return resolve(folder);
  }
  const found = onPathAs(
    platform === "win32" ? ["kubectl-why_pull.exe", "kubectl-why_pull.cmd"] : ["kubectl-why_pull"],
    env,
  );
  if (found !== undefined) return dirname(found);
  const krew = join(env["KREW_ROOT"] || join(env["HOME"] ?? env["USERPROFILE"] ?? ".", ".krew"), "bin");
  if (isFolder(krew)) return krew;
  throw new UserError(
    "kubectl-why_pull is not on PATH",
    "Say where to write to: kubectl why-pull completion install --dir DIR",
    3,
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function pathFolders(env: Variables): readonly string[] {
  const path = env["PATH"] ?? env["Path"] ?? "";
  return path.split(delimiter).filter((folder) => folder !== "");
}

function onPathAs(names: readonly string[], env: Variables): string | undefined {
  const files = pathFolders(env).flatMap((folder) => names.map((name) => resolve(folder, name)));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

function onPath(folder: string, env: Variables): boolean {
  return pathFolders(env).some((one) => resolve(one) === folder);
}

/** What is there already is left alone: npm installs a program of this name itself. */
function write(file: string, text: string): string {
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      const same = existsSync(file) && readFileSync(file, "utf8").includes("__complete");
      if (same) return `${file} is there already; nothing was written.`;
      throw new UserError(
        `${file} is there and is not ours`,
        "Remove it, or give another folder with --dir.",
        3,
      );
    }
    writeFileSync(file, text, { mode: 0o755 });
    return `Wrote ${file}. Removing it undoes this.`;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UserError(`${file} cannot be written (${code})`, "Give another folder of PATH with --dir.", 3);
  }
}
