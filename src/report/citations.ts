import type { Ref } from "../evidence/observed.ts";

/** A reference as kubectl speaks: `Secret team-a/regcred .data[".dockerconfigjson"] → ghcr.io`. */
export function refText(ref: Ref): string {
  const place = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
  return words(ref, ` ${place}`);
}

function words({ kind, path }: Ref, place: string): string {
  return `${kind}${place}${path === undefined ? "" : ` ${path}`}`;
}

/** Whom a page is about, as its title says: neither its name nor its namespace is said again. */
interface Subject {
  readonly namespace: string;
  readonly name: string;
}

/** Where in a Secret's data an entry stands, its type tells. */
const entry = /^\.data\[[^\]]*\] (?=→ )/;

/** `Pod .spec.imagePullSecrets`, `Secret regcred → ghcr.io`; with its namespace only where that is another. */
function shortRefText(ref: Ref, pod: Subject): string {
  const { path } = ref;
  const short = path === undefined ? ref : { ...ref, path: path.replace(entry, "") };
  if (ref.namespace !== pod.namespace) return refText(short);
  const isPod = ref.kind === "Pod" && ref.name === pod.name;
  return words(short, isPod ? "" : ` ${ref.name}`);
}

/** Numbers references in the order in which they are first cited. */
export interface Citations {
  /** `[1][3]` */
  cite(refs: readonly Ref[]): string;
  all(): readonly string[];
}

export function citations(pod?: Subject): Citations {
  const numbers = new Map<string, number>();
  return {
    cite(refs) {
      const cited = refs.map((ref) => {
        const key = pod === undefined ? refText(ref) : shortRefText(ref, pod);
        const number = numbers.get(key) ?? numbers.size + 1;
        numbers.set(key, number);
        return number;
      });
      return [...new Set(cited)].map((number) => `[${number}]`).join("");
    },
    all: () => [...numbers.keys()],
  };
}
