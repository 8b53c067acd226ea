import type { AuthEntry } from "../../evidence/pull-secret.ts";
import { quote } from "../../text/shell-word.ts";
import { cloudRegistry } from "../facts/registry.ts";
import type { FailedPull } from "../rule.ts";
import { json, kubectl, kubectlIn } from "./command.ts";

/** The commands that write Secrets. What they do not name stays as it is. */

/**
 * A field manager of its own: where a Secret of that name exists after all, whoever wrote it owns its content, and the
 * API server refuses. Doing it twice is harmless.
 */
const apply = ["kubectl", "apply", "--server-side", "--field-manager=why-pull", "-f", "-"];

/** Makes a Secret with one login. */
export function createSecret(failed: FailedPull, name: string, registryKey: string): string {
  return `${withLogin(failed, name, registryKey)} | ${flagged(failed, apply)}`;
}

/**
 * Writes one login as a Secret's whole docker config. A patch, since kubectl apply would remove the labels and keys that
 * an earlier apply wrote (kubectl pkg/cmd/apply migrateToSSAIfNecessary, 1.26-1.36).
 */
export function overwriteLogin(
  failed: FailedPull,
  name: string,
  registryKey: string,
  old?: Pick<AuthEntry, "userKind">,
): string {
  const patch = kubectl(failed, "patch", "secret", name, "--patch-file", "/dev/stdin");
  return `${withLogin(failed, name, registryKey, old)} | ${patch}`;
}

function withLogin(
  failed: FailedPull,
  name: string,
  registryKey: string,
  old?: Pick<AuthEntry, "userKind">,
): string {
  const words = ["create", "secret", "docker-registry", name, `--docker-server=${registryKey}`];
  const made = madeLogin(failed, old);
  const username = made === undefined ? "$REGISTRY_USERNAME" : `\${REGISTRY_USERNAME:-${made.username}}`;
  const password = made === undefined ? "$REGISTRY_PASSWORD" : `\${REGISTRY_PASSWORD:-$(${made.password})}`;
  return (
    `${kubectl(failed, ...words)} --docker-username="${username}" --docker-password="${password}"` +
    " --dry-run=client -o yaml"
  );
}

/** A login that its cloud's own command makes, for as long as such logins last. */
interface MadeLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * ECR takes no other password than the one `aws ecr get-login-password` prints (Amazon ECR user guide, "Private registry
 * authentication"). At Google's and Microsoft's registries a token is one of several kinds: it is made anew where the
 * old login was one. What the reader has set goes first.
 */
function madeLogin(
  { pull }: FailedPull,
  old: Pick<AuthEntry, "userKind"> | undefined,
): MadeLogin | undefined {
  const host = pull.reference.ok ? pull.reference.registry : "";
  const region = cloudRegistry(host)?.cloud === "aws" ? regionOf(host) : undefined;
  if (region !== undefined)
    return { username: "AWS", password: `aws ecr get-login-password --region ${region}` };
  if (old?.userKind === "oauth2accesstoken")
    return { username: "oauth2accesstoken", password: "gcloud auth print-access-token" };
  const [registry] = host.split(".");
  if (old?.userKind === "zero-guid" && cloudRegistry(host)?.cloud === "azure" && registry !== undefined)
    return {
      username: "00000000-0000-0000-0000-000000000000",
      password: `az acr login --name ${registry} --expose-token --output tsv --query accessToken`,
    };
  return undefined;
}

/** `<account>.dkr.ecr.<region>.amazonaws.com` */
function regionOf(host: string): string | undefined {
  return /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1];
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Copies a Secret without its content passing through anything but a pipe. The copy is nobody's: with the owner of the
 * first the garbage collector would take it away, with its labels whoever tracks by them.
 */
export function copySecret(failed: FailedPull, from: Place, to: Place): string {
  const own = { uid: null, resourceVersion: null, creationTimestamp: null, managedFields: null };
  const others = { labels: null, annotations: null, ownerReferences: null, finalizers: null };
  const get = kubectlIn(failed, from.namespace, "get", "secret", from.name, "-o", "json");
  const change = quote(json({ metadata: { ...to, ...own, ...others } }));
  return `${get} | kubectl patch --local -f - --type merge -p ${change} -o json | ${flagged(failed, apply)}`;
}

function flagged(failed: FailedPull, words: readonly string[]): string {
  return [...words, ...failed.kubectlFlags].map(quote).join(" ");
}
