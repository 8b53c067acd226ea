import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, type Json } from "../evidence/field.ts";
import { admit, admittedKinds } from "../evidence/redaction.ts";
import { UserError } from "../user-error.ts";

/** Larger files are no evidence of one namespace's Pods. */
const limit = 512 * 1024 * 1024;
const endings = [".yaml", ".yml", ".json"];

/**
 * Objects from files, folders and standard input (`-`), as `kubectl get -o yaml|json` prints them: single objects,
 * Lists, several documents. Every object has passed the gate. Throws UserError with the file's name and line.
 */
export async function readFiles(
  names: readonly string[],
  standardInput: () => Promise<Buffer>,
): Promise<readonly Json[]> {
  const objects: Json[] = [];
  for (const name of names) {
    if (name === "-") objects.push(...(await parse("standard input", await standardInput())));
    else for (const file of await filesOf(name)) objects.push(...(await parse(file, await readOne(file))));
  }
  return objects;
}

async function filesOf(name: string): Promise<readonly string[]> {
  try {
    const found = await stat(name);
    if (!found.isDirectory()) return [name];
    const inside = (await readdir(name)).filter((entry) => endings.some((ending) => entry.endsWith(ending)));
    if (inside.length === 0)
      throw new UserError(`folder ${name} holds no .yaml, .yml or .json file`, undefined, 3);
    return inside.toSorted().map((entry) => join(name, entry));
  } catch (error) {
    throw asUserError(error, name);
  }
}

async function readOne(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > limit)
      throw new UserError(`file ${file} is larger than 512 MiB`, undefined, 3);
    return await readFile(file);
  } catch (error) {
    throw asUserError(error, file);
  }
}

function asUserError(error: unknown, name: string): UserError {
  if (error instanceof UserError) return error;
  const code = isRecord(error) ? error["code"] : undefined;
  const why =
    code === "ENOENT"
      ? `file ${name} does not exist`
      : code === "EACCES" || code === "EPERM"
        ? `file ${name} may not be read`
        : `file ${name} cannot be read (${typeof code === "string" ? code : "unknown error"})`;
  return new UserError(why, "Give a file, a folder or - for standard input.", 3);
}

async function parse(name: string, bytes: Buffer): Promise<readonly Json[]> {
  const text = decode(name, bytes);
  if (text.trim() === "")
    throw new UserError(
      `${name} is empty`,
      "kubectl get pods,events,serviceaccounts,secrets -o yaml --show-managed-fields prints what is needed.",
      3,
    );
  const documents = /^\s*[[{]/.test(text) ? parseJson(name, text) : undefined;
  const found = (documents ?? (await parseYaml(name, text))).flatMap(openList);
  const objects = found.filter(isRecord).filter((object) => typeof object["kind"] === "string");
  if (objects.length === 0)
    throw new UserError(`${name} holds no Kubernetes object`, "Every document needs a kind.", 3);
  return objects;
}

function decode(name: string, bytes: Buffer): string {
  // PowerShell's > writes UTF-16 with a byte order mark.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le").slice(1);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${name} is no text in UTF-8`, undefined, 3);
  }
}

/** Undefined when it is not JSON; YAML may begin with a brace too. */
function parseJson(name: string, text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${name} is nested too deeply`, undefined, 3);
    return undefined;
  }
}

async function parseYaml(name: string, text: string): Promise<readonly unknown[]> {
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    });
    return [...documents].map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw syntaxError(name, lines.linePos(error.pos[0]).line, error.code);
      const value: unknown = document.toJS({ maxAliasCount: 1000 });
      return value;
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = error instanceof RangeError ? "is nested too deeply" : "cannot be read as YAML";
    throw new UserError(`${name} ${why}`, undefined, 3);
  }
}

/** The parser's own sentences quote the text around the fault, which may be a password. */
function syntaxError(name: string, line: number, code: string): UserError {
  const words = code.toLowerCase().replaceAll("_", " ");
  return new UserError(
    `${name}, line ${line}: this is no YAML (${words})`,
    "kubectl apply --dry-run=client -f shows the same place.",
    3,
  );
}

/** Opens Lists here, so that each item passes the gate on its own and large Lists are never held twice. */
function openList(document: unknown): readonly Json[] {
  if (!isRecord(document)) return [];
  const { kind } = document;
  if (typeof kind !== "string") return [];
  if (kind.endsWith("List") && Array.isArray(document["items"])) {
    const itemKind = kind.slice(0, -"List".length);
    const items = document["items"].filter(isRecord).flatMap((item) => {
      const typed = itemKind === "" || item["kind"] !== undefined ? item : { kind: itemKind, ...item };
      return openList(typed);
    });
    const { metadata } = document;
    // A list that says where it came from tells that it is complete.
    const place = isRecord(metadata) && typeof metadata["selfLink"] === "string" ? metadata["selfLink"] : "";
    return place === "" ? items : [...items, { kind, items: [], metadata: { selfLink: place } }];
  }
  return admittedKinds.has(kind) ? [admit(document)] : [{ kind, metadata: {} }];
}
