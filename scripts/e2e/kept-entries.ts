import { mustRun } from "./command.ts";
import type { Lab } from "./lab.ts";
import type { Item } from "./program.ts";

interface Secret {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Name of the Secret and registry key → the entry's JSON, for every login that somebody could still use. */
export type Entries = ReadonlyMap<string, string>;

interface Entry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
}

export async function readEntries(lab: Lab, namespace: string): Promise<Entries> {
  const json = await mustRun("kubectl", ["get", "secrets", "-n", namespace, "-o", "json"], { env: lab.env });
  const { items } = JSON.parse(json) as { items: readonly Secret[] };
  return new Map(items.flatMap(entriesOf));
}

function entriesOf({ metadata, data }: Secret): readonly [string, string][] {
  return Object.values(data ?? {}).flatMap((base64) => {
    const content = parse(Buffer.from(base64, "base64").toString());
    const auths = (content["auths"] ?? content) as Readonly<Record<string, Entry>>;
    return Object.entries(auths)
      .filter(([, entry]) => isUsable(entry))
      .map(([key, entry]): [string, string] => [`${metadata.name} ${key}`, JSON.stringify(entry)]);
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Whether the entry holds a login at all; what the kubelet cannot decode nobody misses. */
function isUsable(entry: Entry | null): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const decoded = Buffer.from(entry.auth ?? "", "base64").toString();
  const plain = entry.auth === undefined || /^[A-Za-z0-9+/]+=*$/.test(entry.auth);
  return plain && ((entry.password ?? "") !== "" || /^[^:]*:./.test(decoded));
}

/** Entries that the fix lost or changed, though they were not those that were refused. */
export function lostEntries(before: Entries, after: Entries, item: Item): readonly string[] {
  const host = item.image.split("/")[0] ?? "";
  const refused = new Set(
    (item.credential.given ?? []).map((login) => `${login.secret} ${login.registryKey}`),
  );
  return [...before].flatMap(([name, entry]) => {
    if (after.get(name) === entry || refused.has(name)) return [];
    // Nothing of a Secret that is read as empty was in use; the login for this very host is what the fix renews.
    if (item.verdict.cause === "pull-secret-empty" && name.endsWith(` ${host}`)) return [];
    return [`the entry ${name} was ${after.has(name) ? "changed" : "lost"}`];
  });
}
