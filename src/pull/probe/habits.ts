import type { ProbeStep } from "../../evidence/registry-probe.ts";

/**
 * Registries that give a login without the right and one that asks for what is not there the same answer, so that no number of
 * requests tells them apart. Known by host where the host is the product, by the challenge where people run it themselves.
 */
export function hides(steps: readonly ProbeStep[]): boolean {
  const host = steps[0]?.host ?? "";
  if (isDockerHubHost(host) || host === "ghcr.io" || isGoogle(host)) return true;
  // GitLab, whoever runs it, has its token server there.
  return steps.some(({ challenge }) => challenge?.realmPath === "/jwt/auth");
}

function isGoogle(host: string): boolean {
  return /(?:^|\.|-docker\.)pkg\.dev$/.test(host) || /^(?:[a-z]+\.)?gcr\.io$/.test(host);
}

/** Gitea and Forgejo: the scope is always `*`. They say 404 of what is not there, and 401 of what may not be seen. */
export function isGitea(steps: readonly ProbeStep[]): boolean {
  return steps.some(({ challenge }) => challenge?.anyScope === true);
}

export function isDockerHubHost(host: string): boolean {
  return host === "registry-1.docker.io";
}
