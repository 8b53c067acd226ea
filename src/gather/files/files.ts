import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, type Json } from "../../evidence/field.ts";
import { noteBytesRead } from "../../runtime.ts";
import { admit, admittedKinds, type Gate } from "../../evidence/gate/admit.ts";
import { UserError } from "../../user-error.ts";
import { readJson } from "./json-documents.ts";
import { decodeText } from "./encoding.ts";
import { readYaml } from "./yaml-documents.ts";

/** Larger files are no evidence of one namespace's Pods, and V8's strings end here. */
const limit = 512 * 1024 * 1024;
const endings = [".yaml", ".yml", ".json"];
const howToGet =
  "kubectl get pods,events,serviceaccounts,secrets -o yaml --show-managed-fields prints what is needed.";

/**
 * Objects from files, folders and standard input (`-`), as `kubectl get -o yaml|json` prints them: single objects,
 * Lists, several documents. Every object passes the gate. Throws UserError with the file's name and line.
 */
export async function readFiles(
  names: readonly string[],
  standardInput: () => Promise<Buffer>,
  gate: Gate = admit,
): Promise<readonly Json[]> {
  const objects: Json[] = [];
  for (const name of new Set(names)) {
    const found =
      name === "-"
        ? await objectsOf("standard input", await standardInput(), gate)
        : await readPath(name, gate);
    for (const object of found) objects.push(object);
  }
  return objects;
}

async function readPath(name: string, gate: Gate): Promise<readonly Json[]> {
  if (/^https?:\/\//i.test(name))
    throw new UserError(
      `${name} is a URL, and nothing but the API server is asked`,
      "Download it, then: kubectl why-pull -f FILE",
      2,
    );
  return (await isFolder(name)) ? readFolder(name, gate) : objectsOf(name, await readOne(name), gate);
}

async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch (error) {
    throw asUserError(error, name);
  }
}

/** As `kubectl -f DIR`: files by their ending, without subfolders. What holds no object is passed over, since folders hold all sorts. */
async function readFolder(name: string, gate: Gate): Promise<readonly Json[]> {
  const inside = await entriesOf(name);
  const files = inside
    .filter((entry) => endings.some((ending) => entry.toLowerCase().endsWith(ending)))
    .toSorted()
    .map((entry) => join(name, entry));
  if (files.length === 0)
    throw new UserError(`folder ${name} holds no .yaml, .yml or .json file`, "Subfolders are not read.", 3);
  const objects: Json[] = [];
  for (const file of files)
    if (!(await isFolder(file)))
      for (const object of await readObjects(file, decodeText(file, await readOne(file)), gate))
        objects.push(object);
  if (objects.length === 0) throw new UserError(`folder ${name} holds no Kubernetes object`, howToGet, 3);
  return objects;
}

async function entriesOf(name: string): Promise<readonly string[]> {
  try {
    return await readdir(name);
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
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  const why =
    code === "ENOENT"
      ? `file ${name} does not exist`
      : code === "EACCES" || code === "EPERM"
        ? `file ${name} may not be read`
        : `file ${name} cannot be read (${code})`;
  return new UserError(why, "Give a file, a folder or - for standard input.", 3);
}

/** Of what was named by itself, something is expected. */
async function objectsOf(name: string, bytes: Buffer, gate: Gate): Promise<readonly Json[]> {
  const text = decodeText(name, bytes);
  const objects = await readObjects(name, text, gate);
  if (objects.length > 0) return objects;
  if (text.trim() === "") throw new UserError(`${name} is empty`, howToGet, 3);
  if (/^Events:|^Name: {2}/m.test(text))
    throw new UserError(
      `${name} is what kubectl describe prints, not YAML`,
      "Its messages can be read: kubectl why-pull explain --message - < FILE",
      3,
    );
  throw new UserError(`${name} holds no Kubernetes object`, howToGet, 3);
}

async function readObjects(name: string, text: string, gate: Gate): Promise<readonly Json[]> {
  const objects: Json[] = [];
  // Every object has a kind; what has none anywhere need not be parsed, nor be YAML.
  if (!/\bkind\b/.test(text)) return objects;
  noteBytesRead(text.length);
  const add = (document: unknown): void => {
    for (const object of openList(document, gate)) objects.push(object);
  };
  const json = readJson(name, text);
  if (json === undefined) for await (const document of readYaml(name, text)) add(document);
  else for (const document of json) add(document);
  return objects;
}

/** Lists in Lists come from joined files; what nests deeper holds nothing that anybody meant. */
const deepest = 100;

/** Opens Lists here, so that each item passes the gate on its own and large Lists are never held twice. */
function openList(document: unknown, gate: Gate, depth = 0): readonly Json[] {
  if (!isRecord(document) || depth > deepest) return [];
  const { kind } = document;
  if (typeof kind !== "string" || kind === "") return [];
  if (kind.endsWith("List") && Array.isArray(document["items"])) {
    const itemKind = kind.slice(0, -"List".length);
    const items = document["items"].filter(isRecord).flatMap((item) => {
      const typed = itemKind === "" || item["kind"] !== undefined ? item : { kind: itemKind, ...item };
      return openList(typed, gate, depth + 1);
    });
    const { metadata } = document;
    // A list that says where it came from tells that it is complete.
    const place = isRecord(metadata) && typeof metadata["selfLink"] === "string" ? metadata["selfLink"] : "";
    return place === "" ? items : [...items, { kind, items: [], metadata: { selfLink: place } }];
  }
  return admittedKinds.has(kind) ? [gate(document)] : [{ kind, metadata: {} }];
}
