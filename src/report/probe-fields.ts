import type { ProbeStep } from "../evidence/registry-probe.ts";
import type { AskedProbe, Pull } from "../pull/pull.ts";
import type { WouldPull } from "../rules/probe/would-pull.ts";

/** The field `probe` of -o json; nothing where no registry was asked. */
export function probeFields(pull: Pull, would: (asked: AskedProbe) => WouldPull): { probe?: object } {
  if (pull.probe === undefined) return {};
  const { probe, reading } = pull.probe;
  return {
    probe: {
      wouldPull: would(pull.probe),
      outcome: reading.outcome,
      time: probe.time,
      host: probe.host,
      address: probe.address ?? null,
      proxy: probe.proxy ?? null,
      digest: probe.digest ?? null,
      platforms: probe.platforms ?? null,
      stopped: probe.stopped ?? null,
      steps: probe.steps.map(toStep),
    },
  };
}

function toStep({ by, method, target, host, login, scheme, failure, ...said }: ProbeStep): object {
  return {
    by,
    request: `${method} ${target}`,
    host,
    login: login === undefined ? null : { source: "pull-secret", ...login },
    ...(scheme === undefined ? {} : { scheme }),
    status: null,
    ...said,
    failure: failure ?? null,
  };
}
