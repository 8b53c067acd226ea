import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, type Json, records } from "../../evidence/field.ts";
import { admit, admittedKinds, type Gate } from "../../evidence/gate/admit.ts";
import { passedOver } from "../../evidence/gate/passed-over.ts";
import { podSpecPath } from "../../evidence/workload.ts";
import { noteBytesRead } from "../../runtime.ts";
import { UserError } from "../../user-error.ts";
import { bytesOf, tooLarge } from "../bytes.ts";
import { beginsLikeJson, readJson } from "./json-documents.ts";
import { JsonItems } from "./json-items.ts";
import { decodeText } from "./encoding.ts";
import { readYaml } from "./yaml-documents.ts";

/** A text is held whole, and V8's strings end here. */
const limit = 512 * 1024 * 1024;
/** A List in JSON is not: of what is read, only what is kept takes memory. */
const longestList = 8 * 1024 * 1024 * 1024;
const mostObjects = 1_000_000;
/** What is shorter is read whole, for the better word on where a fault is. */
const short = 1024 * 1024;
const endings = [".yaml", ".yml", ".json"];
const howToGetLess =
  "As JSON a List may be larger: kubectl get pods -o json. Or ask for fewer objects: -n NAMESPACE, -l SELECTOR.";
const howToGet =
  "kubectl get pods,events,serviceaccounts,secrets -o yaml --show-managed-fields prints what is needed.";

/**
 * Objects from files, folders and standard input (`-`), as `kubectl get -o yaml|json` prints them: single objects,
 * Lists, several documents. Every object passes the gate. Throws UserError with the file's name and line.
 */
export async function readFiles(
  names: readonly string[],
  standardInput: () => Bytes,
  gate: Gate = admit,
): Promise<readonly Json[]> {
  const objects: Json[] = [];
  for (const name of new Set(names)) {
    const found =
      name === "-" ? await objectsOf("standard input", standardInput(), gate) : await readPath(name, gate);
    for (const object of found) objects.push(object);
  }
  return objects;
}

/** What is read, as it comes. */
export type Bytes = AsyncIterable<Buffer> | Iterable<Buffer>;

async function readPath(name: string, gate: Gate): Promise<readonly Json[]> {
  if (/^https?:\/\//i.test(name))
    throw new UserError(
      `${name} is a URL, and nothing but the API server is asked`,
      "Download it, then: kubectl why-pull -f FILE",
      2,
    );
  return (await isFolder(name)) ? readFolder(name, gate) : objectsOf(name, readOne(name), gate);
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
      for (const object of (await readObjects(file, readOne(file), gate)).objects) objects.push(object);
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

function* readOne(file: string): Generator<Buffer> {
  try {
    yield* bytesOf(file);
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
async function objectsOf(name: string, bytes: Bytes, gate: Gate): Promise<readonly Json[]> {
  const { objects, text } = await readObjects(name, bytes, gate);
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

interface Content {
  readonly objects: readonly Json[];
  /** Of what is no List in JSON. */
  readonly text: string;
}

async function readObjects(name: string, bytes: Bytes, gate: Gate): Promise<Content> {
  const chunks: Buffer[] = [];
  let total = 0;
  let items: ItemReader | undefined;
  for await (const chunk of bytes) {
    noteBytesRead(chunk.length);
    total += chunk.length;
    if (total > (items === undefined ? limit : longestList))
      throw tooLarge(name, items === undefined ? limit : longestList, howToGetLess);
    if (items !== undefined) {
      items.read(chunk);
      continue;
    }
    if (chunks.length === 0 && isNoText(chunk))
      throw new UserError(`${name} is no text in UTF-8 or UTF-16`, undefined, 3);
    chunks.push(chunk);
    if (total <= short || !beginsAsJson(chunks[0])) continue;
    items = new ItemReader(name, gate);
    for (const held of chunks.splice(0)) items.read(held);
  }
  if (items !== undefined) return { objects: items.end(), text: "{" };
  const text = decodeText(name, Buffer.concat(chunks));
  return { objects: await objectsOfText(name, text, gate), text };
}

/** Four zero bytes stand in no text: `/dev/zero` and disk images begin with them. */
const isNoText = (chunk: Buffer): boolean => chunk.length >= 4 && chunk.readUInt32LE(0) === 0;

function beginsAsJson(first: Buffer | undefined): boolean {
  return first !== undefined && beginsLikeJson(first.subarray(0, 64).toString("latin1"));
}

/** A List in JSON, entry by entry. */
class ItemReader {
  readonly #items: JsonItems;
  readonly #name: string;
  readonly #gate: Gate;
  readonly #objects: Json[] = [];
  /** Entries that leave it to the List to say what they are. */
  #untyped: unknown[] = [];
  #before = 0;

  constructor(name: string, gate: Gate) {
    this.#name = name;
    this.#gate = gate;
    this.#items = new JsonItems(name, {
      entry: (entry) => this.#addEntry(entry),
      value: (value) => this.#addValue(value),
    });
  }

  read(chunk: Buffer): void {
    this.#items.read(chunk);
  }

  end(): readonly Json[] {
    this.#items.end();
    return this.#objects;
  }

  #addEntry(entry: unknown): void {
    if (isRecord(entry) && entry["kind"] === undefined) this.#untyped.push(entry);
    else for (const object of openList(entry, this.#gate)) this.#objects.push(object);
    if (this.#objects.length + this.#untyped.length > mostObjects)
      throw new UserError(`${this.#name} holds more than a million objects`, howToGetLess, 3);
  }

  /** The List around the entries says what those are that do not say it, and whether it is complete. */
  #addValue(value: unknown): void {
    const isList = Array.isArray(value) || (isRecord(value) && String(value["kind"]).endsWith("List"));
    if (!isList) this.#objects.length = this.#before;
    const list =
      isRecord(value) && isList && this.#untyped.length > 0 ? { ...value, items: this.#untyped } : value;
    for (const object of openList(list, this.#gate)) this.#objects.push(object);
    this.#untyped = [];
    this.#before = this.#objects.length;
  }
}

async function objectsOfText(name: string, text: string, gate: Gate): Promise<readonly Json[]> {
  const objects: Json[] = [];
  // Every object has a kind; what has none anywhere need not be parsed, nor be YAML.
  if (!/\bkind\b/.test(text)) return objects;
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
  return [admittedKinds.has(kind) && !isAnothers(document) ? gate(document) : passedOver(document)];
}

/** Of another group a kind of the same name may have its Pods elsewhere: a Job of Volcano has tasks. */
function isAnothers(document: Json): boolean {
  const path = podSpecPath(String(document["kind"]));
  return (
    path !== undefined &&
    records(document, ...path, "containers").length === 0 &&
    passedOver(document)["holdsImage"] === true
  );
}
