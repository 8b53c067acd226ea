import type { ProbeLogin, ProbeStep } from "../../evidence/registry-probe.ts";

/** The steps that were made with one login, or with none, by what they asked. */
export interface ProbeAttempt {
  /** The token server's answer to it, for this repository. */
  readonly token?: ProbeStep;
  /** The last answer to a runtime's request for the manifest. */
  readonly manifest?: ProbeStep;
  /** The same asked with GET, for its words. */
  readonly words?: ProbeStep;
  /** The login alone, without a repository. */
  readonly check?: ProbeStep;
  readonly tags?: ProbeStep;
}

export function attemptOf(steps: readonly ProbeStep[], login: ProbeLogin | undefined): ProbeAttempt {
  const own = steps.filter((step) => isSame(step.login, login));
  const last = (is: (step: ProbeStep) => boolean): ProbeStep | undefined => own.findLast(is);
  const token = last(({ target }) => target === "token");
  // Behind a token server, the request without a token only asked the way.
  const manifest = last(
    ({ by, target, scheme }) =>
      target === "manifest" && by === "node" && (token === undefined || scheme === "bearer"),
  );
  return Object.fromEntries(
    Object.entries({
      token,
      manifest,
      words:
        last(({ by, target, method }) => target === "manifest" && by === "us" && method === "GET") ??
        (manifest?.method === "GET" ? manifest : undefined),
      check: last(({ target }) => target === "login"),
      tags: last(({ target }) => target === "tags"),
    }).filter(([, step]) => step !== undefined),
  );
}

/** Asked by us without a login, beside one that was refused. */
export function anonymousOf(steps: readonly ProbeStep[]): Pick<ProbeAttempt, "token" | "manifest"> {
  const own = steps.filter(({ by, login }) => by === "us" && login === undefined);
  const token = own.findLast(({ target }) => target === "token");
  const manifest = own.findLast(({ target, method }) => target === "manifest" && method === "HEAD");
  return { ...(token === undefined ? {} : { token }), ...(manifest === undefined ? {} : { manifest }) };
}

export function isSame(a: ProbeLogin | undefined, b: ProbeLogin | undefined): boolean {
  return a?.secret === b?.secret && a?.registryKey === b?.registryKey;
}

export function isGood(step: ProbeStep | undefined): boolean {
  return step?.status !== undefined && step.status >= 200 && step.status < 300;
}

export function isRefusal(step: ProbeStep | undefined): boolean {
  return step?.status === 401 || step?.status === 403;
}
