import { askedOf } from "./probe/asked.ts";
import { printable } from "./fix/command.ts";
import { credentialEmpty } from "./refused/credential-empty.ts";
import { credentialExpired } from "./refused/credential-expired.ts";
import { credentialFieldsDisagree } from "./refused/credential-fields-disagree.ts";
import { credentialKindNotTaken } from "./refused/credential-kind-not-taken.ts";
import { credentialLacksPermission } from "./refused/credential-lacks-permission.ts";
import { credentialRejected } from "./refused/credential-rejected.ts";
import { credentialShadowed } from "./refused/credential-shadowed.ts";
import { credentialWhitespace } from "./refused/credential-whitespace.ts";
import { forbidden } from "./refused/forbidden.ts";
import { imageNotAuthorized } from "./chain/image-not-authorized.ts";
import { immutableSecretStale } from "./refused/immutable-secret-stale.ts";
import { innocentRules } from "./innocent/table.ts";
import { loginLocked } from "./refused/login-locked.ts";
import { mirrorFailed } from "./node/mirror-failed.ts";
import { neverPullPolicy } from "./innocent/never-pull-policy.ts";
import { noPullSecret } from "./chain/no-pull-secret.ts";
import { nodeCredentialFailed } from "./node/node-credential-failed.ts";
import { withOtherReadings } from "./other-readings.ts";
import { alwaysPullPolicy } from "./innocent/always-pull-policy.ts";
import { credentialProviderNotMatched } from "./node/credential-provider-not-matched.ts";
import { pullSecretEmpty } from "./chain/pull-secret-empty.ts";
import { pullSecretMalformed } from "./chain/pull-secret-malformed.ts";
import { pullSecretMissing } from "./chain/pull-secret-missing.ts";
import { pullSecretNameEmpty } from "./chain/pull-secret-name-empty.ts";
import { pullSecretWrongType } from "./chain/pull-secret-wrong-type.ts";
import { registryHostOmitted } from "./chain/registry-host-omitted.ts";
import { registryKeyMismatch } from "./chain/registry-key-mismatch.ts";
import type { Rule } from "./rule.ts";
import { serviceAccountChangedLater } from "./chain/service-account-changed-later.ts";
import { serviceAccountListIgnored } from "./chain/service-account-list-ignored.ts";
import { serviceAccountNotOptedIn } from "./node/service-account-not-opted-in.ts";
import { serviceAccountSecretsField } from "./chain/service-account-secrets-field.ts";
import { staticPod } from "./chain/static-pod.ts";
import { templateNotRolledOut } from "./chain/template-not-rolled-out.ts";
import { unrenderedTemplate } from "./innocent/unrendered-template.ts";
import { waitingForRetry } from "./chain/waiting-for-retry.ts";
import { wrongServiceAccount } from "./chain/wrong-service-account.ts";

const all: readonly Rule[] = [
  noPullSecret,
  pullSecretMissing,
  pullSecretNameEmpty,
  pullSecretWrongType,
  pullSecretMalformed,
  pullSecretEmpty,
  registryKeyMismatch,
  registryHostOmitted,
  serviceAccountChangedLater,
  serviceAccountListIgnored,
  serviceAccountSecretsField,
  wrongServiceAccount,
  templateNotRolledOut,
  staticPod,
  immutableSecretStale,
  credentialEmpty,
  credentialShadowed,
  credentialWhitespace,
  credentialExpired,
  credentialFieldsDisagree,
  credentialKindNotTaken,
  credentialRejected,
  credentialLacksPermission,
  forbidden,
  nodeCredentialFailed,
  serviceAccountNotOptedIn,
  imageNotAuthorized,
  waitingForRetry,
  credentialProviderNotMatched,
  loginLocked,
  mirrorFailed,
  neverPullPolicy,
  alwaysPullPolicy,
  unrenderedTemplate,
  ...innocentRules,
];

/** All rules. Their order means nothing; a test shuffles them. */
export const rules: readonly Rule[] = askedOf(all.map(withOtherReadings)).map((rule) => ({
  ...rule,
  check: (failed) => {
    const finding = rule.check(failed);
    return finding === undefined ? undefined : printable(finding);
  },
}));
