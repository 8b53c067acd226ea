import { mustRun } from "./command.ts";
import type { Lab } from "./lab.ts";
import type { Item } from "./program.ts";

interface KeptObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
}

/**
 * What somebody could still use: a Secret's name and registry key → the login's JSON, its other keys and labels, and the
 * Secrets with such logins on a ServiceAccount's list.
 */
export type Kept = ReadonlyMap<string, string>;

interface Entry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
}

export async function readKept(lab: Lab, namespace: string): Promise<Kept> {
  const words = ["get", "secrets,serviceaccounts", "-n", namespace, "-o", "json"];
  const { items } = JSON.parse(await mustRun("kubectl", words, { env: lab.env })) as {
    items: readonly KeptObject[];
  };
  const secrets = items.filter(({ kind }) => kind === "Secret");
  // An immutable Secret may have to give way to one of another name.
  const useful = new Set(
    secrets
      .filter((one) => one.immutable !== true && entriesOf(one).length > 0)
      .map(({ metadata }) => metadata.name),
  );
  return new Map(
    items.flatMap((one) => {
      const { name, labels } = one.metadata;
      if (one.kind === "Secret")
        return [
          ...entriesOf(one),
          ...otherKeysOf(one),
          ...Object.entries(labels ?? {}).map(([key, value]): [string, string] => [
            `${name} label ${key}`,
            value,
          ]),
        ];
      const listed = (one.imagePullSecrets ?? []).flatMap((entry) => entry.name ?? []);
      return listed
        .filter((secret) => useful.has(secret))
        .map((secret): [string, string] => [`${secret} on the list of ServiceAccount ${name}`, secret]);
    }),
  );
}

function otherKeysOf({ metadata, data }: KeptObject): readonly [string, string][] {
  return Object.entries(data ?? {})
    .filter(([key]) => !key.startsWith(".docker"))
    .map(([key, value]) => [`${metadata.name} key ${key}`, value]);
}

function entriesOf({ metadata, data }: KeptObject): readonly [string, string][] {
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

/** What the fixes lost or changed, though it was not what was refused. */
export function lostOf(before: Kept, after: Kept, failing: readonly Item[]): readonly string[] {
  const refused = new Set(
    failing.flatMap(({ credential }) =>
      (credential.given ?? []).map((login) => `${login.secret} ${login.registryKey}`),
    ),
  );
  return [...before].flatMap(([name, entry]) => {
    if (after.get(name) === entry || refused.has(name)) return [];
    // Nothing of a Secret that is read as empty was in use; the login for this very host is what the fix renews.
    const renewed = failing.some(
      ({ image, verdict }) =>
        verdict.cause === "pull-secret-empty" && name.endsWith(` ${image.split("/")[0]}`),
    );
    return renewed ? [] : [`${name} was ${after.has(name) ? "changed" : "lost"}`];
  });
}
