import type { PasswordKind, UserKind } from "../../evidence/gate/login-kind.ts";
import type { AuthEntry } from "../../evidence/pull-secret.ts";
import { cloudRegistry } from "./registry.ts";

/** Which kinds of login a registry takes, as far as its owner documents it and the host tells whose it is. */

interface Issuer {
  readonly name: string;
  readonly issues: readonly PasswordKind[];
  readonly owns: (host: string) => boolean;
}

/** Who issues passwords that tell their kind, and for which registries of their own. */
const issuers: readonly Issuer[] = [
  {
    name: "GitHub",
    issues: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    owns: (host) => host === "ghcr.io" || host === "docker.pkg.github.com",
  },
  { name: "GitLab", issues: ["glpat-", "gldt-", "glcbt-"], owns: (host) => host === "registry.gitlab.com" },
  { name: "Docker Hub", issues: ["dckr_pat_", "dckr_oat_"], owns: (host) => host === "docker.io" },
  { name: "DigitalOcean", issues: ["dop_v1_"], owns: (host) => host === "registry.digitalocean.com" },
  { name: "Amazon ECR", issues: ["ecr-token"], owns: (host) => cloudRegistry(host)?.cloud === "aws" },
  { name: "Google", issues: ["ya29.", "json-key"], owns: (host) => cloudRegistry(host)?.cloud === "google" },
  { name: "Azure", issues: [], owns: (host) => cloudRegistry(host)?.cloud === "azure" },
];

/** User names that a kind of password goes with at its own registry; documented by the registry. */
const users: Partial<Record<PasswordKind, readonly UserKind[]>> = {
  // cloud.google.com, Artifact Registry, "Configure authentication to Artifact Registry for Docker".
  "json-key": ["_json_key", "_json_key_base64"],
  "ya29.": ["oauth2accesstoken"],
  // docs.aws.amazon.com, "Private registry authentication in Amazon ECR".
  "ecr-token": ["AWS"],
};

/** Whether it is known which logins the registry takes. */
export function isKnownRegistry(host: string): boolean {
  return issuers.some(({ owns }) => owns(host));
}

/** A password whose form tells that a registry or a cloud issued it: nobody chose it for an account. */
export function isIssued(kind: PasswordKind): boolean {
  return kind === "jwt" || issuers.some(({ issues }) => issues.includes(kind));
}

/** Why the registry does not take a login of this kind, as half a sentence; undefined where nothing says so. */
export function whyNotTaken(
  host: string,
  { userKind, passwordKind }: Pick<AuthEntry, "userKind" | "passwordKind">,
): string | undefined {
  const owner = issuers.find(({ owns }) => owns(host));
  const issuer = issuers.find(({ issues }) => issues.includes(passwordKind));
  if (owner === undefined || issuer === undefined) return undefined;
  if (owner !== issuer)
    return `the password is one that ${issuer.name} issues, and ${host} is a registry of ${owner.name}`;
  // docs.github.com, "Working with the Container registry": personal access tokens (classic) only.
  if (host === "ghcr.io" && passwordKind === "github_pat_")
    return "the password is a fine-grained token of GitHub, and ghcr.io takes personal access tokens (classic) only";
  const wanted = users[passwordKind];
  if (wanted === undefined || wanted.includes(userKind)) return undefined;
  return `the password is ${words[passwordKind] ?? "one"}, whose user name has to be ${wanted.join(" or ")}`;
}

const words: Partial<Record<PasswordKind, string>> = {
  "json-key": "a Google service account's key",
  "ya29.": "a Google access token",
  "ecr-token": "a password of Amazon ECR",
};
