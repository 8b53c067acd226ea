import { quote } from "../../text/shell-word.ts";
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
export function overwriteLogin(failed: FailedPull, name: string, registryKey: string): string {
  const patch = kubectl(failed, "patch", "secret", name, "--patch-file", "/dev/stdin");
  return `${withLogin(failed, name, registryKey)} | ${patch}`;
}

function withLogin(failed: FailedPull, name: string, registryKey: string): string {
  const words = ["create", "secret", "docker-registry", name, `--docker-server=${registryKey}`];
  return (
    `${kubectl(failed, ...words)} --docker-username="$REGISTRY_USERNAME" --docker-password="$REGISTRY_PASSWORD"` +
    " --dry-run=client -o yaml"
  );
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
