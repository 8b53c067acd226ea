import { refusedAnyway, type RefusedAnyway } from "../facts/address.ts";
import { hasNoList, hostOf, listRef, nothingHandedOver, said } from "../facts/listed.ts";
import { asksFirst, isOfOpenRegistry, isOpenToAll, wasChallenged } from "../facts/node-login.ts";
import type { CauseId } from "../causes.ts";
import { claim, type Claim, type FailedPull, type Rule } from "../rule.ts";

/** When in the pull the 403 came, which decides what it can be about. */
type Moment =
  /** At any time: the registry says that it is no matter of logins. */
  | RefusedAnyway
  /** For a blob: the manifest had been read, so whatever login there was is good. */
  | "content"
  /** Before anybody could have logged in, though a login was at hand. */
  | "before-login"
  /** To a login that the node sent, and that is none of the Pod's. */
  | "node-login"
  /** After the registry had asked for a login, and the text does not tell whether there was one. */
  | "challenged"
  /** To a request without a login, which the registry did not ask for. */
  | "unasked"
  /** By a registry that gives everybody all that it has, with 403 or as if a login were wanted. */
  | "open-to-all";

/**
 * A 403 that does not say of itself what it is about: the address, a policy, a lacking right. Registries that want a
 * login ask for one with 401, and some answer a stranger with 403 at once (Google's, GitLab's and older GHCR's token
 * servers, Artifactory, Nexus). So it depends on what was sent, whether the registry had asked, and for what. Of a registry
 * that takes no logins, any refusal is such a one.
 */
export const forbidden: Rule = {
  id: "forbidden",
  explains: ["auth-required", "auth-denied-or-missing-repo", "forbidden"],
  check: (failed) => {
    const moment = momentOf(failed);
    if (moment === undefined) return undefined;
    const host = failed.failure.reading.host ?? hostOf(failed);
    return {
      confidence: "likely",
      summary: summaryOf(moment, failed, host),
      because: [said(failed), ...becauseOf(moment, failed)],
      confirm: confirmOf(moment, failed, host),
      onNode: true,
      fixes: [{ summary: fixOf(moment, host), effect: "writes" }],
      rivals: rivalsOf(moment, failed),
    };
  },
};

function confirmOf(moment: Moment, failed: FailedPull, host: string): string {
  switch (moment) {
    case "content":
      return `On node ${failed.evidence.pod.node ?? "?"}, fetch a blob of the image with curl -L: the host that answers 403 is the one to allow, often a storage or CDN host behind ${host}.`;
    case "perimeter":
      return "Look the identifier up that the message ends with, in the organisation's audit log or its VPC Service Controls troubleshooter.";
    default:
      return `Send the same request from the node with curl and read the registry's sentence (${host}).`;
  }
}

function fixOf(moment: Moment, host: string): string {
  switch (moment) {
    case "content":
      return `Whoever runs the network between the node and the blobs of ${host} allows them: a proxy, a firewall, an endpoint policy, or ${host} itself if it blocks the node's address.`;
    case "perimeter":
      return "Whoever runs the organisation's perimeter lets the nodes' project reach the image's project by a rule, or the image is kept in a repository within the perimeter.";
    case "disabled":
      return "Whoever owns the project that the message names enables the API there (artifactregistry.googleapis.com), or the image's project is corrected.";
    default:
      return `Whoever runs ${host} allows the node's address, or says which policy refused it.`;
  }
}

function isAnyway(moment: Moment): moment is RefusedAnyway {
  return moment === "address" || moment === "perimeter" || moment === "disabled";
}

function momentOf(failed: FailedPull): Moment | undefined {
  const { sent } = failed.pull;
  const { kind, stage } = failed.failure.reading;
  const isOpen = isOfOpenRegistry(failed) && sent !== "credential" && nothingHandedOver(failed);
  if (kind !== "forbidden") return isOpen && stage !== "content" ? "open-to-all" : undefined;
  if (stage === "content") return "content";
  if (!nothingHandedOver(failed) && sent === "anonymous") return "before-login";
  const anyway = refusedAnyway(failed);
  if (anyway !== undefined) return anyway;
  if (isOpen) return "open-to-all";
  if (!nothingHandedOver(failed)) return undefined;
  if (sent === "credential" || (sent === "unknown" && asksFirst(failed))) return "node-login";
  return wasChallenged(failed) ? "challenged" : "unasked";
}

function summaryOf(moment: Moment, failed: FailedPull, host: string): string {
  const registry = hostOf(failed);
  // Behind docker and CRI-O the registry's sentence stands without its status.
  const answer = failed.failure.reading.status === undefined ? "refuses the pull" : "answers 403";
  switch (moment) {
    case "address":
      return `${registry} refuses the node's address with 403, whatever the login.`;
    case "perimeter":
      return `${registry} refuses the request by a policy of the organisation (VPC Service Controls), whatever the login.`;
    case "disabled":
      return `Google's registry service is not enabled in the project of this image, so ${registry} refuses everybody.`;
    case "content":
      return `${host} answers 403 for a blob, after it gave the manifest: the node's address, a proxy or a policy, not a login.`;
    case "open-to-all":
      return `${registry} takes no logins and refuses all the same: the node's address, a policy, or a proxy.`;
    case "before-login":
      return `${registry} refuses the node with 403 before any login: its address or a policy, not the pull secret.`;
    case "node-login":
      return `${registry} ${answer === "answers 403" ? "answers 403 to" : "refuses"} the node's own login: the right is lacking, or the node's address or a policy is refused.`;
    case "challenged":
      return `${host} ${answer} where a login is asked for, to none or to the node's own: no login, no right, or the node's address.`;
    case "unasked":
      return `${registry} ${answer} and asked for no login: the node's address or a policy, or a repository that is closed to whoever has no right.`;
  }
}

function becauseOf(moment: Moment, failed: FailedPull): readonly Claim[] {
  if (moment === "content" || isAnyway(moment)) return [];
  return [
    claim(
      moment === "before-login"
        ? "A login was at hand and had no part in it."
        : "The kubelet handed no login of a pull secret to the runtime.",
      listRef(failed),
    ),
  ];
}

function rivalsOf(moment: Moment, failed: FailedPull): readonly CauseId[] {
  if (moment === "content" || moment === "before-login" || isAnyway(moment)) return [];
  if (moment === "open-to-all")
    return failed.failure.reading.kind === "auth-denied-or-missing-repo" ? ["repository-not-found"] : [];
  if (isOpenToAll(failed)) return [];
  if (moment === "node-login") return ["node-credential-failed"];
  return [
    hasNoList(failed) ? "no-pull-secret" : "registry-key-mismatch",
    ...(failed.pull.sent === "anonymous" ? [] : (["node-credential-failed"] as const)),
  ];
}
