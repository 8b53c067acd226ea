import type { PullSecret } from "../../evidence/pull-secret.ts";
import type { ListedSecret } from "../../pull/login.ts";
import { fittingSecrets, keysFit } from "../facts/fits.ts";
import { namingOf, listRef, listWords, said } from "../facts/listed.ts";
import { unreadable } from "../facts/unread.ts";
import { kubectl } from "../fix/command.ts";
import { attach, bestShown, createListed, giveLogin } from "../fix/login.ts";
import { forNextAttempt } from "../fix/next-attempt.ts";
import { copySecret } from "../fix/secret.ts";
import {
  authFailures,
  type Claim,
  claim,
  type FailedPull,
  type Finding,
  type Fix,
  likelyUnless,
  onPath,
} from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * The kubelet logs and skips a pull secret that it cannot find, and says so in an event since 1.28; the pull goes on
 * without it and fails later with the registry's refusal (pkg/kubelet/kubelet_pods.go getPullSecretsForPod). The event
 * alone proves little: it also comes when the kubelet's cache was not filled in time. So a Secret that is there makes
 * this rule silent, and so does a login from another Secret.
 */
export const pullSecretMissing = standing({
  id: "pull-secret-missing",
  explains: authFailures,
  at: "missing",
  word: (failed, { secrets: [first, ...rest] }) => {
    const { pod } = failed.evidence;
    const names = listWords([first, ...rest].map((secret) => secret.name));
    const impossible = [first, ...rest].map(({ name }) => name).filter((name) => !secretName.test(name));
    if (impossible.includes(first.name)) return neverThere(failed, first, impossible);
    const gone = first.state === "absent";
    // We may not look ourselves, so it may have been made since the kubelet last did.
    const unseen = first.observed.state === "unknown" && first.observed.reason !== "not-collected";
    const assuming = unseen ? ([unreadable(first.observed, "Secret")] as const) : undefined;
    return likelyUnless(assuming, {
      summary: gone
        ? `The Pod names Secret ${names}, which does not exist in namespace ${pod.namespace}.`
        : `The Pod names Secret ${names}, which the kubelet could not retrieve.`,
      because: [namingOf(failed, first), ...facts(failed, first), said(failed)],
      confirm: kubectl(failed, "get", "secret", first.name),
      fixes: fixes(failed, first),
      rivals: [],
    });
  },
});

/** A DNS-1123 subdomain (apimachinery pkg/util/validation). A Pod's list is not checked against it, 1.26-1.36. */
const secretName = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A blank too many, a capital, a template that was not rendered: no Secret can be made to fit, so the list has to change. */
function neverThere(failed: FailedPull, first: ListedSecret, names: readonly string[]): Finding {
  return {
    confidence: "likely",
    summary: `The Pod names Secret ${listWords(names.map((name) => JSON.stringify(name)))}, and no Secret can have such a name.`,
    because: [
      claim(
        `imagePullSecrets names ${JSON.stringify(first.name)}; a Secret's name is made of small letters, digits, - and .`,
        listRef(failed, first.position),
      ),
      ...facts(failed, first),
      said(failed),
    ],
    confirm: kubectl(
      failed,
      "get",
      `pod/${failed.evidence.pod.name}`,
      "-o",
      "jsonpath={.spec.imagePullSecrets}",
    ),
    fixes: giveLogin(failed, names),
    rivals: [],
  };
}

function facts(failed: FailedPull, secret: ListedSecret): readonly Claim[] {
  const { pod } = failed.evidence;
  const there = elsewhere(failed, secret.name);
  return [
    ...(secret.state === "absent"
      ? [onPath(claim(`Namespace ${pod.namespace} has no Secret ${secret.name}.`, secret.observed.ref))]
      : []),
    ...(secret.event === undefined
      ? []
      : [onPath(claim(`The kubelet says that it could not retrieve ${secret.name}.`, secret.event))]),
    ...(there === undefined
      ? []
      : [
          claim(
            `Namespace ${there.secret.namespace} has one${there.fits ? "" : ", which holds no login for this image"}; a Pod can use only Secrets of its own namespace.`,
            there.ref,
          ),
        ]),
  ];
}

function fixes(failed: FailedPull, secret: ListedSecret): readonly Fix[] {
  const there = elsewhere(failed, secret.name);
  if (there?.fits === true) return copyFrom(failed, secret.name, there.secret.namespace);
  const fitting = fittingSecrets(failed).filter((name) => name !== secret.name);
  const other = bestShown(failed, fitting);
  if (other === undefined) return createListed(failed, secret.name);
  return [
    ...attach(failed, other, {
      how: `Secret ${other} exists and holds a login for this image: `,
      without: [secret.name],
    }),
    ...createListed(failed, secret.name).slice(0, 1),
  ];
}

/** A Secret of that name in another namespace, one that fits before one that does not. What it holds may not be known. */
function elsewhere(
  failed: FailedPull,
  name: string,
): (FailedPull["evidence"]["secretsElsewhere"][number] & { readonly fits: boolean }) | undefined {
  const there = failed.evidence.secretsElsewhere
    .filter(({ secret }) => secret.name === name)
    .map((one) => ({ ...one, fits: mayFit(failed, one.secret) }));
  return there.find(({ fits }) => fits) ?? there[0];
}

function mayFit(failed: FailedPull, { payload }: PullSecret): boolean {
  if (payload.state === "withheld") return true;
  return (
    payload.state === "entries" &&
    keysFit(
      failed,
      payload.entries.map(({ registryKey }) => registryKey),
    )
  );
}

function copyFrom(failed: FailedPull, name: string, namespace: string): readonly Fix[] {
  return forNextAttempt(failed, {
    summary: `Copy Secret ${name} from namespace ${namespace}`,
    command: copySecret(failed, { namespace, name }, { namespace: failed.evidence.pod.namespace, name }),
    lasting: true,
  });
}
