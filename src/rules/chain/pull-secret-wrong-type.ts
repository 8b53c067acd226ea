import type { ListedSecret } from "../../pull/login.ts";
import { kubectl } from "../fix/command.ts";
import { quote } from "../../text/shell-word.ts";
import { giveLogin, tryNow, untilThen } from "../fix/login.ts";
import {
  corrected,
  fittingOnAccount,
  ignored,
  isStatic,
  keysFit,
  listRef,
  missing,
  nothingHandedOver,
  said,
  templateAhead,
  writtenBy,
} from "../facts/listed.ts";
import { authFailures, claim, type FailedPull, type Fix, type Rule } from "../rule.ts";
import { unlessUnread } from "../facts/unread-rivals.ts";

/**
 * The kubelet reads `kubernetes.io/dockerconfigjson` with key `.dockerconfigjson` and `kubernetes.io/dockercfg` with
 * key `.dockercfg`, and passes over everything else without an event or a log line
 * (pkg/credentialprovider/secrets/secrets.go, 1.26-1.36).
 */
export const pullSecretWrongType: Rule = {
  id: "pull-secret-wrong-type",
  explains: authFailures,
  check: (failed) => {
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    if (templateAhead(failed) !== undefined) return undefined;
    if (fittingOnAccount(failed).length > 0 && failed.pull.listFrom !== "service-account") return undefined;
    const all = ignored(failed);
    const fitting = all.find((secret) => keysFit(failed, wouldHave(secret)));
    // Another listed Secret that is not there may be the one that was meant.
    const culprit = fitting ?? (missing(failed).length > 0 ? undefined : all[0]);
    if (culprit === undefined || culprit.observed.state !== "found") return undefined;
    const { type, payload } = culprit.observed.value;
    const why = payload.state === "ignored" ? payload.why : "type";
    const reads = type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
    return {
      confidence: "likely",
      summary:
        why === "type"
          ? `Secret ${culprit.name} has type ${type}, which the kubelet does not read logins from.`
          : `Secret ${culprit.name} has nothing under ${reads}, the key that its type is read from.`,
      because: [
        claim(`imagePullSecrets names ${culprit.name}.`, listRef(failed, culprit.position)),
        claim(
          why === "type"
            ? `Its type is ${type}.`
            : `Its type is ${type}, and ${reads} is ${why === "key-absent" ? "not among its keys" : "empty"}.`,
          { ...culprit.observed.ref, path: why === "type" ? ".type" : ".data" },
        ),
        ...(fitting === undefined
          ? []
          : [
              claim(
                "Read as a docker config, its content has an entry that matches this image.",
                culprit.observed.ref,
              ),
            ]),
        ...writtenBy(failed, culprit.name),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "secret", culprit.name, "-o", "jsonpath={.type}"),
      fixes: fixes(failed, culprit, why === "type" && fitting !== undefined),
      ...unlessUnread(failed),
    };
  },
};

function wouldHave(secret: ListedSecret): readonly string[] {
  if (secret.observed.state !== "found" || secret.observed.value.payload.state !== "ignored") return [];
  return secret.observed.value.payload.wouldHave;
}

/** A Secret's type cannot change, so it is made anew with its own content, which nobody has to know. */
function fixes(failed: FailedPull, secret: ListedSecret, contentFits: boolean): readonly Fix[] {
  const writer = secret.observed.state === "found" ? secret.observed.value.writtenBy : undefined;
  if (writer === undefined) return here(failed, secret, contentFits);
  const source: Fix = {
    summary: `Have ${writer.name} write Secret ${secret.name} with type kubernetes.io/dockerconfigjson and its content under .dockerconfigjson.`,
    effect: "writes",
    lasting: true,
  };
  const now = writer.reverts ? giveLogin(failed, [secret.name]) : here(failed, secret, contentFits);
  return [source, ...untilThen(now)];
}

function here(failed: FailedPull, secret: ListedSecret, contentFits: boolean): readonly Fix[] {
  if (!contentFits || secret.observed.state !== "found") return giveLogin(failed, [secret.name]);
  const { payload } = secret.observed.value;
  const key = payload.state === "ignored" ? payload.contentKey : undefined;
  if (key !== ".dockerconfigjson" && key !== ".dockercfg") return giveLogin(failed, [secret.name]);
  const type = key === ".dockercfg" ? "kubernetes.io/dockercfg" : "kubernetes.io/dockerconfigjson";
  const get = kubectl(failed, "get", "secret", secret.name, "-o", "yaml");
  const replace = ["kubectl", "replace", "--force", "-f", "-", ...failed.kubectlFlags].map(quote).join(" ");
  return [
    {
      summary: `Make Secret ${secret.name} anew with type ${type} and the content it has; the kubelet uses it at its next attempt, within five minutes.`,
      command: `${get} | kubectl patch --local -f - --type merge -p ${quote(JSON.stringify({ type }))} -o yaml | ${replace}`,
      effect: "writes",
      lasting: true,
    },
    ...tryNow(failed),
  ];
}
