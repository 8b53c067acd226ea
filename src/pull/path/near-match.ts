import type { CredentialProvider } from "../../evidence/credential-provider.ts";
import { keyMatches } from "../keyring.ts";
import { missReason, type MissReason } from "./miss-reason.ts";

/** A pattern of a credential provider that does not cover the image, and one that would. */
export interface NearMatch {
  readonly provider: CredentialProvider;
  /** Place in the provider's matchImages. */
  readonly position: number;
  readonly pattern: string;
  /** What keeps it from matching, as the end of a sentence. */
  readonly reason: string;
  readonly instead: string;
}

/**
 * matchImages are compared as the keys of a docker config are, but raw: a scheme is not taken off and Docker Hub has one
 * name only (kubelet pkg/credentialprovider/plugin/plugin.go, 1.26-1.36). So what nearly matches never does, and the
 * provider is passed over without a word.
 */
export function nearMatches(provider: CredentialProvider, repository: string): readonly NearMatch[] {
  return provider.matchImages.flatMap((pattern, position) => {
    const near = keyMatches(pattern, repository) ? undefined : nearMatch(pattern, repository);
    return near === undefined ? [] : [{ provider, position, pattern, ...near }];
  });
}

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

function nearMatch(pattern: string, repository: string): Pick<NearMatch, "reason" | "instead"> | undefined {
  const registry = repository.split("/", 1)[0] ?? "";
  const bare = pattern.replace(scheme, "");
  if (bare !== pattern) {
    const instead = keyMatches(bare, repository) ? bare : nearMatch(bare, repository)?.instead;
    return instead === undefined
      ? undefined
      : { reason: "it has a scheme, which is never taken off", instead };
  }
  const miss = missReason(pattern, repository);
  const instead = miss.kind === "hub-alias" ? "docker.io" : miss.instead?.replace(/\/$/, "");
  if (instead !== undefined && keyMatches(instead, repository))
    return { reason: words(miss, pattern), instead };
  return isParent(pattern, registry)
    ? { reason: "a domain does not cover its subdomains", instead: registry }
    : undefined;
}

/** `acme.test` for `registry.acme.test`; what is below a top-level domain belongs to nobody in particular. */
function isParent(pattern: string, registry: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(pattern) && registry.endsWith(`.${pattern.toLowerCase()}`);
}

function words(miss: MissReason, pattern: string): string {
  switch (miss.kind) {
    case "port":
      return miss.keyPort === ""
        ? `it lacks the image's port ${miss.imagePort}`
        : miss.imagePort === ""
          ? `it has port ${miss.keyPort}, and the image has none`
          : `its port is ${miss.keyPort}, the image's ${miss.imagePort}`;
    case "label-count":
      return pattern === "*"
        ? "a lone * covers hosts of one label only"
        : `it has ${miss.keyLabels} labels and the image's host ${miss.imageLabels}: a * stands for one label`;
    case "path":
      return miss.detail === "glob"
        ? "a * in a path is taken literally"
        : miss.detail === "tag"
          ? "a tag or digest is not part of what is compared"
          : "its path is not the beginning of the image's";
    case "host-case":
      return "hosts are compared with their case";
    case "hub-alias":
      return "Docker Hub's images are under docker.io here";
    default:
      return "it does not read as a host";
  }
}
