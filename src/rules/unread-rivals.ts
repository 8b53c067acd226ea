import { resourceOf } from "../evidence/objects.ts";
import { causeIds, causes, type CauseId } from "./causes.ts";
import { readIt } from "./facts/unread.ts";
import type { FailedPull, Finding, Rule } from "./rule.ts";

/**
 * What a finding on the chain says beyond itself where an object could not be read that might have ended the way of the
 * login elsewhere: as its rivals, the causes that stand there, and the permission that decides. What nobody collected
 * is another matter, since nobody looked there.
 */
export function withUnread(
  failed: FailedPull,
  rule: Rule,
  finding: Finding,
  rules: readonly Rule[],
): Finding {
  const { place, unread } = failed.chain;
  const [first] = unread;
  if (first === undefined || rule.at?.includes(place.at) !== true) return finding;
  const ids = unread.flatMap(({ at }) => standingAt(at, failed, rules));
  const rivals = [...new Set([...finding.rivals, ...ids])].filter((id) => id !== rule.id);
  if (rivals.length === 0 || finding.rivals.length > 0) return { ...finding, rivals };
  const { kind, name } = first.object.ref;
  const resource = resourceOf(kind);
  const confirm =
    name === ""
      ? readIt(failed, first.object, "list", resource)
      : readIt(failed, first.object, "get", `${resource}/${name}`);
  return { ...finding, rivals, confirm };
}

/** The node's own causes stand wherever nothing was handed over, and are no reading of what was not read. */
function standingAt(
  at: NonNullable<Rule["at"]>[number],
  { failure }: FailedPull,
  rules: readonly Rule[],
): readonly CauseId[] {
  return rules
    .filter(({ id }) => causes[id].credential !== "node")
    .filter((rule) => rule.at?.includes(at) === true && rule.explains.includes(failure.reading.kind))
    .map(({ id }) => id)
    .toSorted((a, b) => causeIds.indexOf(a) - causeIds.indexOf(b));
}
