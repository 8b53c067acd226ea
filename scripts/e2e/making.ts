import type { Case, KubeObject, Step } from "./case.ts";
import { entry } from "./objects.ts";

/** Words for a whole case, and what most cases have in common. */

export const host = "registry.acme.test";
export const image = `${host}/NS/api:1.0`;
export const bad = entry("robot", "lab-wrong-1");
export const good = entry();

type Facts = Omit<Case, "name" | "story" | "cause" | "steps" | "healable" | "given"> &
  Partial<Pick<Case, "given">>;

export function make(
  name: string,
  story: string,
  cause: string,
  steps: readonly (readonly Step[])[],
  facts: Facts = {},
): Case {
  return { name, story, cause, steps, given: [], healable: true, repository: "NS/api", ...facts };
}

/** One login was handed to the runtime. */
export const given = (registryKey: string, name = "regcred"): Pick<Case, "given"> => ({
  given: [{ secret: name, registryKey }],
});

/** Has the CronJob run now. */
export const runNow: Step = { kubectl: ["create", "job", "web-now", "--from=cronjob/web"] };

export function withSpec(made: KubeObject, more: object): KubeObject {
  const { spec: inner } = made as unknown as { spec: object };
  return { ...made, spec: { ...inner, ...more } } as KubeObject;
}
