import { lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { text, type Json } from "../../evidence/field.ts";
import { UserError } from "../../user-error.ts";
import { toBundle } from "./bundle.ts";

/**
 * Writes a bundle, and returns what was written in words. It is written beside its place and renamed: whoever looks sees the old file or the whole new
 * one, and an end half-way leaves neither. Only its owner can read it. Throws UserError.
 */
export function saveBundle(file: string, documents: readonly Json[]): string {
  const content = toBundle(documents);
  try {
    // Into a device or a pipe there is nothing to rename.
    if (isSpecial(file)) writeFileSync(file, content);
    else writeBeside(targetOf(file), content);
  } catch (error) {
    throw notWritten(file, error);
  }
  return summary(file, documents, Buffer.byteLength(content));
}

/** Throws UserError where the bundle would take the place of what it is made from: a file that is read, or one of a folder's. */
export function refuseInput(file: string, inputs: readonly string[]): void {
  const target = identity(file);
  if (target === undefined) return;
  const folder = identity(dirname(resolve(file)));
  for (const input of inputs)
    if (
      identity(input) === target ||
      (folder !== undefined && identity(input) === folder && /\.(?:ya?ml|json)$/i.test(file))
    )
      throw new UserError(
        `${file} is read, and the bundle would take its place`,
        "Give --save-bundle another name.",
        2,
      );
}

/** What two names of one file have in common; undefined where there is none. */
function identity(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

function isSpecial(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** A link stays one: what it leads to is written. */
function targetOf(file: string): string {
  const link = lstatSync(file, { throwIfNoEntry: false });
  return link?.isSymbolicLink() === true && statSync(file, { throwIfNoEntry: false }) !== undefined
    ? realpathSync(file)
    : file;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

function writeBeside(file: string, content: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}`);
  const clear = (): void => rmSync(beside, { force: true });
  const end = (signal: (typeof signals)[number]): void => {
    clear();
    process.exit(exitCodes[signal]);
  };
  for (const signal of signals) process.once(signal, end);
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: "wx" });
    renameSync(beside, file);
  } catch (error) {
    clear();
    throw error;
  } finally {
    for (const signal of signals) process.removeListener(signal, end);
  }
}

function notWritten(file: string, error: unknown): UserError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return new UserError(`${file} cannot be written (${code})`, undefined, 3);
}

/** "saved b.yaml: 2 Pods, 1 Secret without its values, 5 others, 12 KB" */
function summary(file: string, documents: readonly Json[], bytes: number): string {
  const of = (kind: string): number => documents.filter((document) => text(document, "kind") === kind).length;
  const [pods, secrets] = [of("Pod"), of("Secret")];
  const others = documents.length - pods - secrets;
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  return [
    `saved ${file}: ${counted(pods, "Pod")}`,
    ...(secrets === 0
      ? []
      : [`${counted(secrets, "Secret")} without ${secrets === 1 ? "its" : "their"} values`]),
    ...(others === 0 ? [] : [counted(others, "other object")]),
    bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} KB`,
  ].join(", ");
}
