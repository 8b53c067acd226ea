import { kinds } from "../../pull/message/kinds.ts";
import { contentRows } from "./content.ts";
import { connectRows } from "./connect.ts";
import { formatRows } from "./format.ts";
import { imageRows } from "./image.ts";
import { invalidNameRows } from "./invalid-name.ts";
import { platformRows } from "./platform.ts";
import { policyRows } from "./policy.ts";
import { proxyRows } from "./proxy.ts";
import { serverErrorRows } from "./server-error.ts";
import { tlsRows } from "./tls.ts";
import { mirrorFailure } from "../facts/mirror.ts";
import { listedByNode, policyClaim } from "../claims/image-present.ts";
import type { CauseId } from "../causes.ts";
import { takeWhatIsThere } from "../fix/image-policy.ts";
import { introduced } from "../fix/introduced.ts";
import { pulledAlways } from "../facts/node-image.ts";
import { ranBefore } from "../claims/running-before.ts";
import { said } from "../facts/listed.ts";
import { ranFromElsewhere } from "../facts/running-before.ts";
import { undo } from "../fix/undo.ts";
import type { InnocentRow } from "./row.ts";
import type { FailedPull, Fix, Rule } from "../rule.ts";

const rowsOfTheImage = [...imageRows, ...platformRows, ...formatRows];
const wayRows = [...connectRows, ...proxyRows, ...serverErrorRows, ...tlsRows];

/** What a registry did or said; where a mirror was asked as well, it may be the mirror's fault. */
const aboutRegistry: ReadonlySet<CauseId> = new Set(
  [...wayRows, ...rowsOfTheImage].map(({ id }) => id).concat("rate-limited", "deadline-exceeded"),
);

/** What is wrong with the image that is asked for, whoever asks. */
const ofTheImage: ReadonlySet<CauseId> = new Set(
  rowsOfTheImage
    .map(({ id }): CauseId => id)
    .concat("invalid-image-name", "short-name-unresolved", "policy-blocked", "signature-rejected")
    .concat("content-missing", "image-encrypted", "unpack-failed", "digest-mismatch"),
);

/** A host that cannot be found is a name that is wrong, where what ran before came from another. */
function isOfTheImage(id: CauseId, failed: FailedPull): boolean {
  return ofTheImage.has(id) || (id === "dns-failure" && ranFromElsewhere(failed));
}

/** What keeps the node from the registry, or the registry from answering: the image itself may be there already. */
const onTheWay: ReadonlySet<CauseId> = new Set(
  wayRows
    .map(({ id }): CauseId => id)
    .concat("rate-limited", "deadline-exceeded", "transfer-interrupted", "pull-qps-exceeded"),
);

/** Only the policy has the kubelet ask for what the node has: that runs while whoever can puts the way right. */
function meanwhile(failed: FailedPull): Fix {
  return introduced("To run now what the node has:", takeWhatIsThere(failed));
}

function ruleOf(row: InnocentRow): Rule {
  return {
    id: row.id,
    explains: typeof row.kind === "string" ? [row.kind] : row.kind,
    check: (failed) => {
      const { inspect, kind } = failed.failure.reading;
      // Asking the runtime whether it has the image fails for some of these reasons too; of the others that failed alone.
      const inspection = inspect === true && kinds[kind].inspecting !== true;
      if (inspection !== (row.id === "image-inspect-failed")) return undefined;
      if (row.applies?.(failed) === false) return undefined;
      const mirror = mirrorFailure(failed);
      const rivals = [
        ...(row.rivals?.(failed) ?? []),
        ...(mirror === undefined || !aboutRegistry.has(row.id) ? [] : (["mirror-failed"] as const)),
      ];
      const ofImage = isOfTheImage(row.id, failed);
      const has = onTheWay.has(row.id) && pulledAlways(failed);
      const confidence = typeof row.confidence === "function" ? row.confidence(failed) : row.confidence;
      return {
        confidence: rivals.length > 0 ? "likely" : (confidence ?? "certain"),
        summary: row.summary(failed),
        because: [
          said(failed),
          ...(row.claims?.(failed) ?? []),
          ...(ofImage ? ranBefore(failed) : []),
          ...(has ? [listedByNode(failed), policyClaim(failed, "Always")] : []),
        ],
        confirm: row.confirm(failed),
        fixes: [...(ofImage ? undo(failed) : []), ...row.fixes(failed), ...(has ? [meanwhile(failed)] : [])],
        rivals,
      };
    },
  };
}

export const innocentRules: readonly Rule[] = [
  ...invalidNameRows,
  ...policyRows,
  ...wayRows,
  ...rowsOfTheImage,
  ...contentRows,
].map(ruleOf);
