import { known } from "../../evidence/observed.ts";
import type { ListedSecret } from "../../pull/login.ts";
import { quote } from "../../text/shell-word.ts";
import { namingOf, said, writtenBy } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { giveLogin } from "../fix/login.ts";
import { forNextAttempt } from "../fix/next-attempt.ts";
import { untilThen } from "../fix/replacement.ts";
import { authFailures, claim, type FailedPull, type Fix } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * The kubelet reads `kubernetes.io/dockerconfigjson` with key `.dockerconfigjson` and `kubernetes.io/dockercfg` with
 * key `.dockercfg`, and passes over everything else without an event or a log line
 * (pkg/credentialprovider/secrets/secrets.go, 1.26-1.36).
 */
export const pullSecretWrongType = standing({
  id: "pull-secret-wrong-type",
  explains: authFailures,
  at: "ignored",
  word: (failed, { secret: culprit, type, payload, fits }) => {
    const { why } = payload;
    const reads = type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
    return {
      confidence: "likely",
      summary:
        why === "type"
          ? `Secret ${culprit.name} has type ${type}, which the kubelet does not read logins from.`
          : `Secret ${culprit.name} has nothing under ${reads}, the key that its type is read from.`,
      because: [
        namingOf(failed, culprit),
        claim(
          why === "type"
            ? `Its type is ${type}.`
            : `Its type is ${type}, and ${reads} is ${why === "key-absent" ? "not among its keys" : "empty"}.`,
          { ...culprit.observed.ref, path: why === "type" ? ".type" : ".data" },
        ),
        ...(fits
          ? [
              claim(
                "Read as a docker config, its content has an entry that matches this image.",
                culprit.observed.ref,
              ),
            ]
          : []),
        ...writtenBy(failed, culprit.name),
        said(failed),
      ],
      confirm: kubectl(failed, "get", "secret", culprit.name, "-o", "jsonpath={.type}"),
      fixes: fixes(failed, culprit, why === "type" && fits),
      rivals: [],
    };
  },
});

/** A Secret's type cannot change, so it is made anew with its own content, which nobody has to know. */
function fixes(failed: FailedPull, secret: ListedSecret, contentFits: boolean): readonly Fix[] {
  const writer = known(secret.observed)?.writtenBy;
  if (writer === undefined) return here(failed, secret, contentFits);
  const source: Fix = {
    summary: `Have ${writer.name} write Secret ${secret.name} with type kubernetes.io/dockerconfigjson and its content under .dockerconfigjson.`,
    effect: "writes",
    lasting: true,
  };
  const now = writer.reverts ? giveLogin(failed) : here(failed, secret, contentFits);
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
  return forNextAttempt(failed, {
    summary: `Make Secret ${secret.name} anew with type ${type} and the content it has`,
    command: `${get} | kubectl patch --local -f - --type merge -p ${quote(JSON.stringify({ type }))} -o yaml | ${replace}`,
    lasting: true,
  });
}
