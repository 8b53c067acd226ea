import { causes } from "./causes.ts";
import { credentialEmpty } from "./credential-empty.ts";
import { credentialExpired } from "./credential-expired.ts";
import { credentialLacksPermission } from "./credential-lacks-permission.ts";
import { credentialRejected } from "./credential-rejected.ts";
import { credentialShadowed } from "./credential-shadowed.ts";
import { credentialWhitespace } from "./credential-whitespace.ts";
import { forbidden, unlessRefusedUnasked } from "./forbidden.ts";
import { imageNotAuthorized } from "./image-not-authorized.ts";
import { immutableSecretStale } from "./immutable-secret-stale.ts";
import { innocentRules } from "./innocent.ts";
import { neverPullPolicy } from "./never-pull-policy.ts";
import { noPullSecret } from "./no-pull-secret.ts";
import { nodeCredentialFailed } from "./node-credential-failed.ts";
import { pullSecretEmpty } from "./pull-secret-empty.ts";
import { pullSecretMalformed } from "./pull-secret-malformed.ts";
import { pullSecretMissing } from "./pull-secret-missing.ts";
import { pullSecretNameEmpty } from "./pull-secret-name-empty.ts";
import { pullSecretWrongType } from "./pull-secret-wrong-type.ts";
import { registryHostOmitted } from "./registry-host-omitted.ts";
import { registryKeyMismatch } from "./registry-key-mismatch.ts";
import type { Rule } from "./rule.ts";
import { serviceAccountChangedLater } from "./service-account-changed-later.ts";
import { serviceAccountListIgnored } from "./service-account-list-ignored.ts";
import { serviceAccountNotOptedIn } from "./service-account-not-opted-in.ts";
import { serviceAccountSecretsField } from "./service-account-secrets-field.ts";
import { staticPod } from "./static-pod.ts";
import { templateNotRolledOut } from "./template-not-rolled-out.ts";
import { unrenderedTemplate } from "./unrendered-template.ts";
import { waitingForRetry } from "./waiting-for-retry.ts";
import { wrongServiceAccount } from "./wrong-service-account.ts";

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
  credentialRejected,
  credentialLacksPermission,
  forbidden,
  nodeCredentialFailed,
  serviceAccountNotOptedIn,
  imageNotAuthorized,
  waitingForRetry,
  neverPullPolicy,
  unrenderedTemplate,
  ...innocentRules,
];

/** All rules. Their order means nothing; a test shuffles them. */
export const rules: readonly Rule[] = all.map((rule) =>
  ["chain", "node"].includes(causes[rule.id].credential) ? unlessRefusedUnasked(rule) : rule,
);
