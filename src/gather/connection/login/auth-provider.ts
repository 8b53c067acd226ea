import { ConnectionError } from "../connection-error.ts";
import { quoted } from "../answer/go-words.ts";
import type { AuthProvider } from "../kubeconfig/entries.ts";

// kubectl's words since 1.26: client-go plugin/pkg/client/auth (gcp, azure).
const removed: ReadonlyMap<string, string> = new Map([
  [
    "gcp",
    "error: The gcp auth plugin has been removed.\n" +
      'Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.\n' +
      "See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details",
  ],
  [
    "azure",
    "error: The azure auth plugin has been removed.\n" +
      "Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.\n" +
      "See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details",
  ],
]);

const unable = (words: string, hint?: string): ConnectionError =>
  new ConnectionError(`Unable to connect to the server: ${words}`, hint);

/** A token is given up this long before its end: client-go plugin/pkg/client/auth/oidc (expiryDelta). */
const margin = 10_000;

/** When a JSON Web Token ends, in milliseconds since 1970; 0 without `exp`. Throws ConnectionError for what is no such token. */
function endOf(token: string): number {
  const parts = token.split(".");
  if (parts.length !== 3) throw unable("ID Token is not a valid JWT");
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    const { exp } = claims as { exp?: unknown };
    return typeof exp === "number" ? exp * 1000 : 0;
  } catch {
    throw unable("ID Token is not a valid JWT");
  }
}

/**
 * Checks a legacy auth-provider at the start: those that kubectl no longer has, and oidc's required settings. Throws ConnectionError.
 */
export function checkAuthProvider({ name, config }: AuthProvider): void {
  const words = removed.get(name);
  if (words !== undefined) throw new ConnectionError(words);
  if (name !== "oidc") throw new ConnectionError(`error: no Auth Provider found for name ${quoted(name)}`);
  for (const key of ["idp-issuer-url", "client-id"])
    if (!config[key]) throw new ConnectionError(`error: Must provide ${key}`);
}

/**
 * The id-token of the oidc auth-provider while it is valid. It is never refreshed here: the issuer may replace the refresh-token, and
 * whoever refreshes must write the new one into the kubeconfig or kubectl's own login is lost. kubectl does that. Throws ConnectionError.
 */
export function oidcToken({ config }: AuthProvider, now: number): string {
  const token = config["id-token"] ?? "";
  if (token !== "" && endOf(token) - margin > now) return token;
  if (!config["refresh-token"]) throw unable("No valid id-token, and cannot refresh without refresh-token");
  throw unable(
    "the id-token of the oidc auth-provider has expired",
    'kubectl refreshes it and stores the new one: run a kubectl command once, such as "kubectl get pods".',
  );
}
