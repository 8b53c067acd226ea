import { kubectl } from "../fix/command.ts";
import { replaceLogin } from "../fix/login.ts";
import { corrected, handedOver, isStatic, refOf, said, writtenBy } from "../facts/listed.ts";
import { authFailures, claim, type FailedPull, type Rule } from "../rule.ts";

const words = {
  empty: "no user name and no password",
  "no-password": "a user name and no password",
  "no-username": "a password and no user name",
  complete: "a login",
} as const;

/**
 * An entry without user name or password still counts as a match (pkg/credentialprovider/config.go): the runtime is
 * handed an empty login, asks anonymously, and containerd does not look into its own configuration either. credsStore,
 * credHelpers, identitytoken and registrytoken are never read.
 */
export const credentialEmpty: Rule = {
  id: "credential-empty",
  explains: authFailures,
  check: (failed) => {
    const logins = handedOver(failed);
    const [first] = logins ?? [];
    if (logins === undefined || first === undefined || isStatic(failed)) return undefined;
    if (corrected(failed).length > 0 || failed.failure.reading.sent === "credential") return undefined;
    if (logins.some(({ entry }) => entry.login === "complete")) return undefined;
    const { entry, secret } = first;
    const token = entry.fields.includes("identitytoken") || entry.fields.includes("registrytoken");
    const observed = failed.pull.listed.find((candidate) => candidate.name === secret)?.observed;
    const payload = observed?.state === "found" ? observed.value.payload : undefined;
    const helper = payload?.state === "entries" && (payload.credsStore || payload.credHelpers.length > 0);
    const ref = refOf(failed, first);
    return {
      confidence: "likely",
      summary: `The entry for ${entry.registryKey} in Secret ${secret} matches and has ${words[entry.login]}.`,
      because: [
        claim(`The entry for ${entry.registryKey} matches the image and has ${words[entry.login]}.`, ref),
        ...(token ? [claim("It has an identity token, which the kubelet does not read.", ref)] : []),
        ...(helper
          ? [
              claim(
                "The Secret names a credential helper, which the kubelet never runs: it is a copy of a desktop's config.json.",
                ref,
              ),
            ]
          : []),
        ...writtenBy(failed, secret),
        said(failed),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: replaceLogin(failed, secret, entry),
      rivals: hidesLogin(failed) ? ["credential-shadowed"] : [],
    };
  },
};

/** An empty docker.io entry does both: it is handed over, and keeps the index.docker.io login from being tried. */
function hidesLogin(failed: FailedPull): boolean {
  return failed.pull.lookUp.misses.some(
    ({ reason, entry }) => reason.kind === "shadowed" && entry.login === "complete",
  );
}
