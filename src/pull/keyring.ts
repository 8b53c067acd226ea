import { indexKeyOf } from "../evidence/go/url.ts";
import { type MissReason, missReason } from "./path/miss-reason.ts";
import { patternMatches, patternOf, type RegistryPattern } from "./registry-key.ts";

export type { MissReason } from "./path/miss-reason.ts";
export { missSentence } from "./path/miss-sentence.ts";

/** Anything that has a registry key, as written in the Secret. */
export interface Keyed {
  readonly registryKey: string;
}

export interface KeyringSecret<E> {
  readonly name: string;
  readonly entries: readonly E[];
}

export interface LookUp<E> {
  /** In the order in which the kubelet tries them. */
  readonly given: readonly { readonly secret: string; readonly entry: E }[];
  /** Two keys of one Secret mean the same, and Go's random map order decides which comes first. */
  readonly unordered: boolean;
  /** In the order of the Secrets and their entries. */
  readonly misses: readonly Miss<E>[];
}

export interface Miss<E> {
  readonly secret: string;
  readonly entry: E;
  readonly reason: MissReason;
}

interface Indexed<E> {
  readonly secret: string;
  readonly position: number;
  readonly entry: E;
  /** Undefined when the kubelet drops the entry. */
  readonly key: string | undefined;
}

const hubKey = "index.docker.io";

/**
 * The kubelet's keyring (pkg/credentialprovider/keyring.go; matching is the same 1.26-1.36). All Secrets share one index,
 * whose keys are tried in reverse byte order, so that a longer path comes before a shorter one whatever the order of the
 * Secrets. Every key that matches gives all its logins, in the order of the Secrets. Only when none matches are Docker
 * Hub's logins taken, from exactly `index.docker.io`.
 *
 * `repository` is an image's registry/repository (ImageReference.name); with "" nothing matches.
 */
export function lookUp<E extends Keyed>(secrets: readonly KeyringSecret<E>[], repository: string): LookUp<E> {
  const image = repository === "" ? undefined : patternOf(repository);
  const index = secrets.flatMap(({ name, entries }, position) =>
    entries.map((entry): Indexed<E> => {
      const indexed = indexKeyOf(entry.registryKey);
      return { secret: name, position, entry, key: indexed.ok ? indexed.key : undefined };
    }),
  );
  const direct = index.filter(({ key }) => matches(key, image));
  const hub = meansHub(repository) ? index.filter(({ key }) => key === hubKey) : [];
  const given = (direct.length > 0 ? direct : hub).toSorted(byAttempt);
  const used: ReadonlySet<Indexed<E>> = new Set(given);
  const shadow = direct.length > 0 ? given[0]?.entry.registryKey : undefined;
  const shadowed: ReadonlySet<Indexed<E>> = new Set(shadow === undefined ? [] : hub);
  const missed = (indexed: Indexed<E>): Miss<E> => ({
    secret: indexed.secret,
    entry: indexed.entry,
    reason:
      shadow !== undefined && shadowed.has(indexed)
        ? { kind: "shadowed", by: shadow }
        : missReason(indexed.entry.registryKey, repository),
  });
  let misses: readonly Miss<E>[] | undefined;
  return {
    given: given.map(({ secret, entry }) => ({ secret, entry })),
    unordered: hasTie(given),
    // Of thousands of images with one long Secret, few are asked why an entry does not fit.
    get misses() {
      misses ??= index.filter((indexed) => !used.has(indexed)).map(missed);
      return misses;
    },
  };
}

function matches(key: string | undefined, image: RegistryPattern | undefined): boolean {
  const pattern = key === undefined ? undefined : patternOf(key);
  return pattern !== undefined && image !== undefined && patternMatches(pattern, image);
}

/**
 * Whether a pattern without a scheme fits an image: URLsMatchStr, by which the kubelet also compares the matchImages of
 * its credential providers (pkg/credentialprovider/plugin/plugin.go, 1.26-1.36).
 */
export function keyMatches(pattern: string, repository: string): boolean {
  return repository !== "" && matches(pattern, patternOf(repository));
}

/** What matches has only ASCII in its key, so that UTF-16 sorts it as bytes do. */
function byAttempt(a: Indexed<unknown>, b: Indexed<unknown>): number {
  const [first = "", second = ""] = [a.key, b.key];
  if (first !== second) return first < second ? 1 : -1;
  return a.position - b.position;
}

function hasTie(given: readonly Indexed<unknown>[]): boolean {
  const seen = new Set(given.map(({ key, position }) => `${position} ${key ?? ""}`));
  return seen.size < given.length;
}

/** isDefaultRegistryMatch. It holds for `localhost/app` too: the first segment has neither dot nor colon. */
function meansHub(repository: string): boolean {
  const [first = ""] = repository.split("/", 1);
  return first !== "" && (first === "docker.io" || first === hubKey || !/[.:]/.test(first));
}
