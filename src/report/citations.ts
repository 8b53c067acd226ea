import type { Ref } from "../evidence/observed.ts";

/** A reference as kubectl speaks: `Secret team-a/regcred .data[".dockerconfigjson"] → ghcr.io`. */
export function refText(ref: Ref): string {
  const place = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
  return `${ref.kind} ${place}${ref.path === undefined ? "" : ` ${ref.path}`}`;
}

/** Numbers references in the order in which they are first cited. */
export interface Citations {
  /** `[1][3]` */
  cite(refs: readonly Ref[]): string;
  all(): readonly string[];
}

export function citations(): Citations {
  const numbers = new Map<string, number>();
  return {
    cite(refs) {
      const cited = refs.map((ref) => {
        const key = refText(ref);
        const number = numbers.get(key) ?? numbers.size + 1;
        numbers.set(key, number);
        return number;
      });
      return [...new Set(cited)].map((number) => `[${number}]`).join("");
    },
    all: () => [...numbers.keys()],
  };
}
