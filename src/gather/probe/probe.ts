import type { Evidence } from "../../evidence/evidence.ts";
import { secretOf } from "../../evidence/evidence.ts";
import type { Json } from "../../evidence/field.ts";
import { writeRegistryProbe } from "../../evidence/gate/registry-probe-document.ts";
import type { RegistryProbe } from "../../evidence/registry-probe.ts";
import { type ImageReference, parseImageReference } from "../../pull/image-reference.ts";
import { lookUp } from "../../pull/keyring.ts";
import type { Environment } from "../connection/environment.ts";
import { RegistryQuestion } from "./ask-registry.ts";
import type { HeldLogin } from "./held-login.ts";
import type { Wholeness } from "./image-facts.ts";
import { isThisMachine } from "./place.ts";
import { type ProbeOptions, type ProbeSurroundings, type Progress, Registries } from "./registries.ts";
import type { Wallet } from "./wallet.ts";

/** An image of a Pod about which the registry is asked. */
export interface ProbeTarget {
  readonly evidence: Evidence;
  readonly image: string;
  /** The node got the manifest and not all that it lists: then its parts are asked for as well. */
  readonly lacksContent?: boolean;
}

/** Registries at a time. Each is asked about one image after the other: what it makes of a login is known before it is sent for the next. */
const atOnce = 8;

/**
 * Asks registries about images, as documents that pass the gate like any other. What several Pods of a namespace share, an image and a list,
 * is asked once; a login that was refused is not sent again.
 */
export async function probeRegistries(
  targets: readonly ProbeTarget[],
  wallet: Wallet,
  options: ProbeOptions,
  environment: Environment,
  surroundings: ProbeSurroundings = {},
  tell: Progress = () => undefined,
): Promise<readonly Json[]> {
  const registries = new Registries(options, environment, surroundings);
  const byName = new Map<string, ProbeTarget>();
  for (const target of targets) {
    const key = JSON.stringify([target.evidence.pod.namespace, nameOf(target)]);
    const other = byName.get(key);
    if (other === undefined || (target.lacksContent === true && other.lacksContent !== true))
      byName.set(key, target);
  }
  const waiting = [...byHost([...byName.values()].toSorted((a, b) => (a.image < b.image ? -1 : 1)))];
  const documents: Json[] = [];
  const work = async (): Promise<void> => {
    for (let own = waiting.shift(); own !== undefined; own = waiting.shift())
      for (const [at, target] of own.entries()) {
        const probe = await probeOne(target, wallet, registries);
        documents.push(writeRegistryProbe(probe));
        tell(documents.length, byName.size);
        // Those who share an image stand side by side.
        if (own[at + 1]?.image !== target.image) registries.forget(probe.host);
      }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  wallet.empty();
  return documents;
}

/** The images of each registry. */
function byHost(targets: readonly ProbeTarget[]): Iterable<readonly ProbeTarget[]> {
  const hosts = new Map<string, ProbeTarget[]>();
  for (const target of targets) {
    const reference = parseImageReference(target.image);
    const host = reference.ok ? reference.registry.toLowerCase() : "";
    const known = hosts.get(host);
    if (known === undefined) hosts.set(host, [target]);
    else known.push(target);
  }
  return hosts.values();
}

function nameOf({ evidence, image }: ProbeTarget): string {
  const { pullSecrets } = evidence.pod;
  return pullSecrets.length === 0 ? image : `${image} with ${pullSecrets.join(", ")}`;
}

async function probeOne(target: ProbeTarget, wallet: Wallet, registries: Registries): Promise<RegistryProbe> {
  const { evidence, image } = target;
  const { namespace, pullSecrets } = evidence.pod;
  const reference = parseImageReference(image);
  const held = heldLogins(evidence, reference, wallet);
  const base = {
    ref: { kind: "RegistryProbe", namespace, name: nameOf(target) },
    namespace,
    image,
    pullSecrets,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    unreadSecrets: held !== undefined && held.unread,
    host: reference.ok ? reference.registry : "",
    steps: [],
  };
  if (!reference.ok || !isHost(reference.registry)) return { ...base, stopped: { why: "invalid-reference" } };
  if (held === undefined) return { ...base, stopped: { why: "no-keyring" } };
  if (isThisMachine(hostOf(reference.registry))) return { ...base, stopped: { why: "own-host" } };
  for (const { username, password } of held.logins) {
    registries.words.hide(password);
    registries.words.hide(Buffer.from(`${username}:${password}`).toString("base64"));
    registries.words.hide(`${username}:${password}`);
    registries.words.hideName(username);
  }
  return {
    ...base,
    ...(await new RegistryQuestion(registries, reference, wholenessOf(target)).ask(held.logins)),
  };
}

function wholenessOf({ evidence, lacksContent }: ProbeTarget): Wholeness {
  if (lacksContent !== true) return undefined;
  const node = evidence.node.state === "found" ? evidence.node.value : undefined;
  return { os: node?.operatingSystem ?? "linux", architecture: node?.architecture ?? "amd64" };
}

/** A host to a URL as well; the grammar of references takes some that are none. */
function isHost(registry: string): boolean {
  return (
    URL.parse(`https://${registry}/`)?.host.replace(/:443$/, "") ===
    registry.toLowerCase().replace(/:443$/, "")
  );
}

function hostOf(registry: string): string {
  return registry.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

/** The logins that the kubelet would hand over now, in its order; undefined where it builds no keyring. */
function heldLogins(
  evidence: Evidence,
  reference: ImageReference,
  wallet: Wallet,
): { readonly logins: readonly HeldLogin[]; readonly unread: boolean } | undefined {
  const { pullSecrets, namespace, mirrorUid } = evidence.pod;
  if (!reference.ok || mirrorUid !== undefined) return { logins: [], unread: false };
  let unread = false;
  const secrets = [];
  for (const name of pullSecrets.filter((one) => one !== "")) {
    const observed = secretOf(evidence, name);
    if (observed.state === "unknown") unread = true;
    if (observed.state !== "found") continue;
    const { payload } = observed.value;
    if (payload.state === "undecodable") return undefined;
    if (payload.state === "withheld") unread = true;
    if (payload.state === "entries") secrets.push({ name, entries: payload.entries });
  }
  const logins = lookUp(secrets, reference.name).given.flatMap(({ secret, entry }) => {
    const login = wallet.login(namespace, secret, entry.position);
    if (login === undefined) unread = true;
    // What is not whole is not sent: the runtime asks without a login then.
    if (login === undefined || entry.login !== "complete") return [];
    return [{ secret, registryKey: entry.registryKey, username: login.username, password: login.password }];
  });
  return { logins, unread };
}
