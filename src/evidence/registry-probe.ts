import type { Ref } from "./observed.ts";

/** What a registry answered to a request that was made from this machine, with the Pod's own logins. Values never get here. */
export interface RegistryProbe {
  readonly ref: Ref;
  readonly namespace: string;
  readonly image: string;
  /** The Pod's list, which decides with the image what was asked. */
  readonly pullSecrets: readonly string[];
  /** The host that was asked: Docker Hub's is registry-1.docker.io. */
  readonly host: string;
  /** RFC 3339. */
  readonly time: string;
  /** The proxy that the requests went through. */
  readonly proxy?: string;
  /** Where the registry's name led to, from here. */
  readonly address?: string;
  /** Why nothing was asked, or nothing more. */
  readonly stopped?: ProbeStop;
  /** A listed Secret could not be read, so the kubelet may have logins that were not tried. */
  readonly unreadSecrets: boolean;
  readonly steps: readonly ProbeStep[];
  readonly digest?: string;
  /** os/architecture[/variant] of what there is; absent where nobody looked. */
  readonly platforms?: readonly string[];
  /** Tags of the repository that are like the one that is absent. */
  readonly nearTags?: readonly string[];
  /** What the manifest is, where that was looked at. */
  readonly content?: "image" | "artifact" | "schema1";
  /** Different layers that the image has, where they were asked for. */
  readonly layers?: number;
}

export const probeStops = [
  /** A Secret of the Pod's list cannot be decoded: the kubelet makes no attempt either. */
  "no-keyring",
  /** No reference to ask for. */
  "invalid-reference",
  /** The host means the node itself. */
  "own-host",
  /** An address that is never dialled on anybody's word. */
  "unsafe-address",
  /** The token server is another host than the registry's, and nobody said that it may have the login. */
  "foreign-realm",
  /** The token server is named by plain HTTP, or at an address that is never dialled, or not at all. */
  "unsafe-realm",
  /** A redirect leads where nothing is sent. */
  "unsafe-redirect",
  /** Too many redirects. */
  "redirects",
  /** The registry asks for a login in a way that no runtime knows. */
  "unknown-challenge",
  /** The time for asking is over. */
  "time",
  /** The user ended it. */
  "cancelled",
] as const;

export interface ProbeStop {
  readonly why: (typeof probeStops)[number];
  /** The host that it is about. */
  readonly host?: string;
}

export const probeTargets = ["manifest", "content", "token", "login", "tags", "config", "layer"] as const;

export interface ProbeStep {
  /** `node`: a runtime asks so too; `us`: asked only to decide. */
  readonly by: "node" | "us";
  readonly method: "HEAD" | "GET";
  /**
   * - `manifest`: by the image's own reference · `content`: by the digest that it led to · `config`: the image's configuration · `layer`
   * - `token`: from the token server, for this repository · `login`: the same login, and no repository · `tags`
   */
  readonly target: (typeof probeTargets)[number];
  readonly host: string;
  /** Whose login the request carried, or the token that was got with it; absent for none. */
  readonly login?: ProbeLogin;
  readonly scheme?: "basic" | "bearer";
  readonly status?: number;
  /** What the registry asks for, when it does. */
  readonly challenge?: ProbeChallenge;
  /** The first error's code and words. */
  readonly code?: string;
  readonly message?: string;
  /** What a token lets its bearer do with the repository; absent where the token does not tell. */
  readonly granted?: readonly string[];
  /** Whom the token server saw. */
  readonly seenAs?: (typeof tokenSubjects)[number];
  readonly rate?: ProbeRate;
  /** The answer says that it is of a registry: API version, digest, or an error list. */
  readonly registry?: boolean;
  /** The host that a redirect led to, which gave this answer. */
  readonly redirectedTo?: string;
  /** Why no answer came. */
  readonly failure?: ProbeFailure;
}

/** Labels as of a runtime's failure (pull/failure-kind.ts), as far as they can be met on the way to a registry. */
export const probeFailures = [
  "dns-failure",
  "connect-refused",
  "connect-timeout",
  "network-unreachable",
  "tls-unknown-authority",
  "tls-hostname-mismatch",
  "tls-expired",
  "tls-other",
  "http-not-https",
  "proxy-failure",
  "transfer-interrupted",
  "unexpected-response",
] as const;
export type ProbeFailure = (typeof probeFailures)[number];

/** Pulls, as Docker Hub counts them: by account, or by address without a login. `window` is in seconds. */
export interface ProbeRate {
  readonly limit?: number;
  readonly remaining: number;
  readonly window?: number;
  readonly counted: (typeof rateCounts)[number];
}
export const rateCounts = ["account", "address", "unknown"] as const;

export const tokenSubjects = ["this-user", "anonymous", "other"] as const;

export interface ProbeLogin {
  readonly secret: string;
  readonly registryKey: string;
}

/** RFC 6750, 3.1. */
export const challengeErrors = ["insufficient_scope", "invalid_token", "invalid_request"] as const;
/** GitLab, Harbor. */
export const realmPaths = ["/jwt/auth", "/service/token"] as const;

export interface ProbeChallenge {
  readonly schemes: readonly string[];
  /** The token server's host. */
  readonly realm?: string;
  /** Its path, where a product is known by it. */
  readonly realmPath?: (typeof realmPaths)[number];
  readonly service?: string;
  /** The scope is `*`, as only Gitea and Forgejo ask. */
  readonly anyScope?: boolean;
  readonly error?: (typeof challengeErrors)[number];
}
