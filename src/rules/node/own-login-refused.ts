import { openedElsewhere } from "../claims/same-image.ts";
import { unusedIdentity } from "../claims/workload-identity.ts";
import { hostOf, listRef, said } from "../facts/listed.ts";
import { asksFirst, refusedAtOnce } from "../facts/node-login.ts";
import { cloudRegistry } from "../facts/registry.ts";
import { giveLogin } from "../fix/login.ts";
import { claim, type FailedPull, type Finding } from "../rule.ts";

/** A login was sent that none of the Pod's Secrets holds, so it was the node's. */
export function refusedLogin(failed: FailedPull, unlisted: boolean): Finding | undefined {
  const { sent, listed } = failed.pull;
  const { reading, ref } = failed.failure;
  // A Secret that was made anew since, under a name that the kubelet never missed: it may have had the login before.
  if (listed.some((secret) => secret.state === "made-later" && secret.event === undefined)) return undefined;
  const bare = sent === "unknown" && refusedAtOnce(failed);
  const asked = sent === "unknown" && reading.kind === "forbidden" && asksFirst(failed);
  if (sent !== "credential" && !bare && !asked) return undefined;
  const host = hostOf(failed);
  return {
    confidence: "likely",
    summary: `${host} refuses a login that none of the Pod's Secrets holds: the node's own.`,
    because: [
      said(failed),
      claim("No entry of a pull secret of this Pod was handed to the runtime.", listRef(failed)),
      ...(bare
        ? [
            claim(
              "This runtime reports a registry's request for a login in other words; a bare 401 follows a login.",
              failed.evidence.node.ref,
              ref,
            ),
          ]
        : []),
      ...(asked
        ? [
            claim(
              `${cloudRegistry(host)?.name ?? host} asks for a login before it answers, so a 403 is the answer to one.`,
              ref,
            ),
          ]
        : []),
      ...unusedIdentity(failed),
      ...openedElsewhere(failed),
    ],
    confirm: `On node ${failed.evidence.pod.node ?? "?"}: the kubelet's config.json, its credential providers, and the runtime's registry configuration for ${host}.`,
    fixes: [
      { summary: mend(failed, host), effect: "writes", lasting: true },
      ...giveLogin(failed).map((fix) => ({ ...fix, lasting: false })),
    ],
    rivals: bare && unlisted ? ["no-pull-secret"] : [],
  };
}

/** A login that was sent is wrong or lacks the right; in clouds it is an identity's, which is never wrong. */
function mend(failed: FailedPull, host: string): string {
  const family = cloudRegistry(host);
  const right =
    failed.failure.reading.kind === "forbidden" ||
    failed.failure.reading.kind === "auth-denied-or-missing-repo";
  const lets = `lets ${family?.nodeLogin.replace(/^.* with /, "") ?? "the node's login"} pull from ${host}`;
  if (right) return `Whoever owns the repository ${lets}.`;
  return family === undefined
    ? `Whoever runs the node renews its login for ${host}.`
    : `Whoever runs the node renews its login for ${host}, or whoever owns the repository ${lets}.`;
}
