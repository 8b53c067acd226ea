import type { ProbeStep } from "../../evidence/registry-probe.ts";

/**
 * What registries' sentences prove. Each is of a product: facts that a status alone does not tell, because a wrong login, a
 * missing right and an absent repository are often one number. A sentence that nobody knows proves nothing.
 */

type Said = Pick<ProbeStep, "status" | "code" | "message">;

/** The registry does not take the login: Docker Hub, GitLab, Quay, Google, Harbor's robots and others that name the login itself. */
const loginWrong = [
  /\b(?:incorrect|invalid|wrong|bad) (?:user ?name|password|credentials?|login)\b/i,
  /\bHTTP Basic: Access denied\b/i,
  /\bcould not find (?:robot|user|app token|token)\b/i,
  /\bcould not find \S+ with specified username\b/i,
  /\b(?:robot|user|account|token|password|credentials?)(?: \S+)? (?:is|are|was|were|has been|have been) (?:incorrect|wrong|invalid|revoked|disabled|deactivated|deleted)\b/i,
];

export function saysLoginWrong({ message = "" }: Said): boolean {
  return loginWrong.some((pattern) => pattern.test(message));
}

/** ECR: `Your authorization token has expired. Reauthenticate and try again.` */
export function saysExpired({ message = "" }: Said): boolean {
  return /\b(?:token|login|credentials?|password|session|robot) (?:has|have|is|are)(?: already)? expired\b/i.test(
    message,
  );
}

/** The registry knows who asks, and names what that one may not: Amazon ECR, Google Artifact Registry. */
export function saysRightOf({ message = "" }: Said): boolean {
  if (/\bunauthenticated request\b/i.test(message)) return false;
  return (
    /\bis not authorized to perform\b/i.test(message) ||
    /\bPermission "[^"]{1,100}" denied on resource\b/i.test(message)
  );
}

/** Google: `… (or it may not exist)`. */
export function saysMayNotExist({ message = "" }: Said): boolean {
  return /\bor it may not exist\b/i.test(message);
}

/** ECR across accounts: it does not tell whether another account's repository is there. */
export function namesOtherAccount({ message = "" }: Said): boolean {
  const [, caller] = /\barn:aws[a-z-]*:(?:sts|iam)::(\d{12}):/.exec(message) ?? [];
  const [, owner] = /\barn:aws[a-z-]*:ecr:[a-z0-9-]*:(\d{12}):repository\//.exec(message) ?? [];
  return caller !== undefined && owner !== undefined && caller !== owner;
}

/**
 * The registry answers an absent repository otherwise, so this refusal is of one that is there: Harbor (`unauthorized to access
 * repository`, an absent project has words of its own), Gitea and Forgejo (404 where there is none).
 */
export function saysRepositoryIsThere({ message = "" }: Said): boolean {
  return (
    /\bunauthorized to access repository\b/i.test(message) ||
    /\buser should have specific permission\b/i.test(message)
  );
}

/** Harbor: `project shop not found`. A name that was asked for and no other. */
export function saysProjectAbsent({ message = "" }: Said, repository: string): boolean {
  const [, project] = /\bproject (\S+) not found\b/i.exec(message) ?? [];
  return project !== undefined && project.replaceAll(/["':]/g, "") === repository.split("/")[0];
}

/** Azure: `client with IP '…' is not allowed access`. */
export function saysAddressRefused({ message = "" }: Said): boolean {
  return /\b(?:client )?(?:with )?IP\b.{0,60}\bnot (?:allowed|permitted|authorized)\b/i.test(message);
}

/** Docker Hub, at its token server: the user name is locked, with the right password too. */
export function saysLocked({ message = "" }: Said): boolean {
  return (
    /\btoo many (?:failed )?(?:log-?in|sign-?in|authentication|password)s?(?: attempts| failures)?\b/i.test(
      message,
    ) || /\b(?:account|user|login) (?:is|has been)(?: temporarily)? locked\b/i.test(message)
  );
}

/** Quay: `Namespace … has been disabled`. */
export function saysDisabled({ message = "" }: Said): boolean {
  return /\b(?:namespace|organization|repository|account)\b.{0,80}\b(?:has been|is) disabled\b/i.test(
    message,
  );
}

/** The code of the distribution specification or of a registry's own that names what is not there. */
export function namesAbsent({ code, message = "" }: Said): "repository" | "tag" | undefined {
  if (code === "NAME_UNKNOWN") return "repository";
  if (code === "TAG_EXPIRED") return "tag";
  if (code === "NOT_FOUND" && /\b(?:project|repository) \S+ not found\b/i.test(message)) return "repository";
  return undefined;
}
