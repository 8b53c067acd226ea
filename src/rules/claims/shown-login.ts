import { secretOf } from "../../evidence/evidence.ts";
import { hostOf } from "../facts/listed.ts";
import { claim, type Claim, type FailedPull, type Finding } from "../rule.ts";

/** The finding with what other Pods show of the Secrets that its fixes bring. */
export function withShownLogins(failed: FailedPull, finding: Finding): Finding {
  const names = new Set(
    finding.fixes.flatMap(({ lists }) => [...(lists?.pod ?? []), ...(lists?.account ?? [])]),
  );
  const claims = [...names].flatMap((name) => shownClaim(failed, name));
  return { ...finding, because: [...finding.because, ...claims] };
}

function shownClaim(failed: FailedPull, secret: string): readonly Claim[] {
  const shown = failed.others.shown(secret);
  if (shown.state !== "opened") return [];
  const what = shown.repository
    ? "an image of this repository"
    : `an image of another repository of ${hostOf(failed)}`;
  return [
    claim(
      `Pod ${shown.pod.name} names Secret ${secret}, which has not been written since that Pod was created, and was given ${what}.`,
      shown.pod,
      secretOf(failed.evidence, secret).ref,
    ),
  ];
}
