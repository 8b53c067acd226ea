import type { GivenLogin } from "../../pull/login.ts";
import { hostOf, refOf } from "../facts/listed.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/**
 * What a refused login's own shape tells of why: a placeholder where a value should be, or a kind of password that the
 * registry documents as one it does not take.
 */
export function loginFaults(failed: FailedPull, logins: readonly GivenLogin[]): readonly Claim[] {
  return logins.flatMap((login) =>
    faultsOf(failed, login).map((fault) => claim(`${login.secret}: ${fault}`, refOf(failed, login))),
  );
}

function faultsOf(failed: FailedPull, { entry }: GivenLogin): readonly string[] {
  const { userKind, passwordKind } = entry;
  const host = hostOf(failed);
  const empty = [
    ...(userKind === "placeholder" ? ["user name"] : []),
    ...(passwordKind === "placeholder" ? ["password"] : []),
  ];
  if (empty.length > 0)
    return [`the ${empty.join(" and ")} of ${entry.registryKey} is a placeholder that nothing filled in.`];
  // docs.github.com, "Working with the Container registry": personal access tokens (classic) only.
  if (host === "ghcr.io" && passwordKind === "github_pat_")
    return [
      "the password is a fine-grained token of GitHub; ghcr.io takes personal access tokens (classic) only.",
    ];
  // cloud.google.com, Artifact Registry, "Configure authentication": the user of a key is _json_key or _json_key_base64.
  const google = cloudRegistry(host)?.nodes === "gce:";
  if (google && passwordKind === "json-key" && !userKind.startsWith("_json_key"))
    return ["the password is a Google service account's key, and the user name is not _json_key."];
  return [];
}
