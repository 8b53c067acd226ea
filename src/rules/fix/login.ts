import { known } from "../../evidence/observed.ts";
import { secretOf } from "../../evidence/evidence.ts";
import type { AuthEntry } from "../../evidence/pull-secret.ts";
import { afterwards, type Writer } from "../../evidence/writer.ts";
import { lookUp } from "../../pull/keyring.ts";
import { hostOf, listWords } from "../facts/listed.ts";
import type { FailedPull, Fix, NonEmpty } from "../rule.ts";
import { json, kubectl, lines } from "./command.ts";
import { forNextAttempt } from "./next-attempt.ts";
import { createSecret } from "./secret.ts";
import {
  changed,
  changeSpec,
  listChange,
  managingWorkload,
  nameOf,
  remake,
  remakeWords,
} from "./workload.ts";

const hub = "docker.io";
/** What `kubectl create secret docker-registry` writes by default, and what `docker login` writes. */
const hubKey = "https://index.docker.io/v1/";

/**
 * The key under which the kubelet finds a login for the image beside what the Pod lists: Docker Hub's usual key is not
 * asked as soon as any other matches the image.
 */
export function registryKeyFor(failed: FailedPull): string {
  const { reference } = failed.pull;
  if (!reference.ok) return "REGISTRY";
  if (reference.registry !== hub) return reference.registry;
  return reaches(failed, "", [{ registryKey: hubKey, login: "complete" }]) ? hubKey : hub;
}

/** Whether a Secret's entries would give the image a whole login beside those on the Pod's list. */
function reaches(
  failed: FailedPull,
  name: string,
  entries: readonly Pick<AuthEntry, "registryKey" | "login">[],
): boolean {
  const { reference, listed } = failed.pull;
  const others = listed.flatMap(({ name: other, observed }) =>
    other !== name && observed.state === "found" && observed.value.payload.state === "entries"
      ? [{ name: other, entries: observed.value.payload.entries }]
      : [],
  );
  if (!reference.ok) return false;
  return lookUp([...others, { name, entries }], reference.name).given.some(
    (given) => given.secret === name && given.entry.login === "complete",
  );
}

/** A name for a new Secret that says what it is for. */
function freshName(failed: FailedPull): string {
  const { reference } = failed.pull;
  const host = reference.ok ? reference.registry : "registry";
  const words = host.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return unusedName(failed, `pull-${words.replaceAll(/^-|-$/g, "")}`.slice(0, 60));
}

/** The name, or the first with a number, that nothing is known to have or to name. */
export function unusedName(failed: FailedPull, name: string): string {
  const taken = (candidate: string): boolean =>
    ["found", "absent"].includes(secretOf(failed.evidence, candidate).state) ||
    failed.evidence.pod.pullSecrets.includes(candidate);
  if (!taken(name)) return name;
  for (let number = 2; ; number += 1) {
    const candidate = `${name.slice(0, 240)}-${number}`;
    if (!taken(candidate)) return candidate;
  }
}

interface Attaching {
  readonly first?: string;
  readonly how: string;
  readonly without?: readonly string[];
}

/**
 * Brings a Secret onto the Pod's list: through the ServiceAccount (lasting) where the Pod has no list of its own, and
 * through the Pod or its template. `first` are commands that have to run before. Names that stay are written too, since
 * both lists are replaced as a whole.
 */
export function attach(failed: FailedPull, secret: string, options: Attaching): readonly Fix[] {
  if (options.first === undefined) {
    // One that is known to be refused heals nothing, whoever names it.
    if (failed.others.shown(secret).state === "refused")
      return giveLogin(failed, options.without).map((fix) => ({
        ...fix,
        summary: `${fix.summary} The login in ${secret} is refused where another Pod uses it.`,
      }));
    const isListed = failed.evidence.pod.pullSecrets.includes(secret);
    const better = isListed ? secret : unlistedLogin(failed, options.without ?? [], secret);
    if (better !== undefined && better !== secret)
      return attachAll(failed, [better], { ...options, how: holding([better]) });
  }
  return attachAll(failed, [secret], options);
}

function attachAll(failed: FailedPull, secrets: NonEmpty<string>, options: Attaching): readonly Fix[] {
  const { evidence, pull, alongside } = failed;
  const listOf = (...names: readonly string[]): readonly string[] =>
    [...new Set(names)].filter((name) => name !== "" && options.without?.includes(name) !== true);
  const list = listOf(...evidence.pod.pullSecrets, ...templateList(failed), ...secrets, ...alongside.pod);
  const name = secrets.length > 1 ? "name them" : "name it";
  const fixes: Fix[] = [];
  const account = known(evidence.serviceAccount);
  const viaAccount = pull.listFrom === "none" || pull.listFrom === "service-account" || onlyUnnamed(failed);
  const again = remake(failed, true);
  const lost = lostWith(failed, options.without ?? []);
  const shown = options.first === undefined ? shownWords(failed, secrets) : "";
  if (account !== undefined && viaAccount && again !== undefined && templateList(failed).length === 0) {
    const names = listOf(...account.pullSecrets, ...secrets, ...alongside.account);
    fixes.push({
      summary: `${options.how}${name} on ServiceAccount ${account.name}, for every Pod to come, and ${remakeWords(failed)}.${shown}${lost}${undone(account.writtenBy, `ServiceAccount ${account.name}`)}`,
      command: lines(options.first, setAccountList(failed, account.name, names), again),
      effect: "replaces-pod",
      saysReplaced: true,
      lasting: account.writtenBy === undefined,
      lists: { pod: secrets, account: secrets },
    });
  }
  const workload = managingWorkload(failed);
  const own = changeSpec(failed, listChange(list));
  if (own !== undefined) {
    const { words, saysReplaced } = changed(failed);
    fixes.push({
      summary: `${options.how}${name} on ${words}.${fixes.length === 0 || secrets.length > 1 ? shown : ""}${lost}${undone(workload?.writtenBy, workload === undefined ? "" : nameOf(workload))}`,
      command: lines(options.first, own),
      effect: "replaces-pod",
      saysReplaced,
      lists: { pod: secrets },
    });
  }
  return fixes;
}

/**
 * What goes with a Secret that is taken off the list: entries that other images may need, and that cannot be copied by
 * somebody who does not know their logins.
 */
function lostWith(failed: FailedPull, without: readonly string[]): string {
  const losses = without.flatMap((name) => {
    const payload = known(secretOf(failed.evidence, name))?.payload;
    const others = payload?.state === "undecodable" ? payload.readable : [];
    return others.length === 0 ? [] : [`${name}'s entries for ${others.join(", ")}`];
  });
  return losses.length === 0
    ? ""
    : ` The Pod then goes without ${losses.join(" and ")}: write them into another Secret if an image needs them.`;
}

/** Who would undo a change, and where it has to be made to last. */
function undone(writer: Writer | undefined, what: string): string {
  return writer === undefined
    ? ""
    : ` ${afterwards(writer, what)}: make the same change there, too, so that it lasts.`;
}

function onlyUnnamed(failed: FailedPull): boolean {
  return failed.evidence.pod.pullSecrets.every((name) => name === "");
}

/** What the template lists, which may be ahead of the Pod. */
function templateList(failed: FailedPull): readonly string[] {
  const workload = managingWorkload(failed);
  return workload?.pullSecrets ?? [];
}

function setAccountList(failed: FailedPull, account: string, names: readonly string[]): string {
  const patch = { imagePullSecrets: names.map((name) => ({ name })) };
  return kubectl(failed, "patch", "serviceaccount", account, "--type", "merge", "-p", json(patch));
}

/**
 * Gives the Pod a login for the image: an existing Secret that fits where one is known, else a new one, never by
 * changing a Secret that holds something else.
 */
export function giveLogin(failed: FailedPull, without: readonly string[] = []): readonly Fix[] {
  const read = inTurn(failed, unlistedLogins(failed, without));
  if (read !== undefined) return attachInTurn(failed, read, without);
  const { name, command } = newSecret(failed);
  const how = `Make a Secret ${name} with a login for ${registryKeyFor(failed)}, `;
  return attach(failed, name, { first: command, how, without });
}

/**
 * With those that nobody read and other Pods list, beside Secrets of which nothing is shown. Only on this Pod's list: one
 * that cannot be decoded would end the pulls of every Pod that has it.
 */
function attachInTurn(
  failed: FailedPull,
  read: NonEmpty<string>,
  without: readonly string[],
): readonly Fix[] {
  const sure = attachAll(failed, read, { how: holding(read), without });
  const isGood = failed.others.shown(read[0]).state === "opened";
  const unread = isGood ? [] : failed.others.listed().filter((name) => !without.includes(name));
  const more = unread.slice(0, mostInTurn - read.length);
  if (more.length === 0) return sure;
  const isOwn = ({ lists }: Fix): boolean => lists?.account === undefined;
  const all = attachAll(failed, [...read, ...more], { how: holding(read, more), without });
  return [...all.filter(isOwn), ...sure.filter((fix) => !isOwn(fix))];
}

/** By a Secret that is not on the list, and with which another Pod shows the registry, or this very repository, to open. */
export function giveShownLogin(
  failed: FailedPull,
  options: { readonly without?: readonly string[]; readonly sameRepository?: true } = {},
): readonly Fix[] {
  const { without = [], sameRepository = false } = options;
  const existing = unlistedLogin(failed, without);
  const shown = existing === undefined ? undefined : failed.others.shown(existing);
  if (existing === undefined || shown?.state !== "opened" || (sameRepository && !shown.repository)) return [];
  return attachAll(failed, [existing], { how: holding([existing]), without }).map((fix) => ({
    ...fix,
    lasting: false,
  }));
}

/** A Secret that does not exist yet, and the command that makes it with a login for the image. */
export function newSecret(failed: FailedPull): { readonly name: string; readonly command: string } {
  const name = freshName(failed);
  return { name, command: createSecret(failed, name, registryKeyFor(failed)) };
}

function holding(read: NonEmpty<string>, unread: readonly string[] = []): string {
  const holds =
    read.length > 1 ? `Secrets ${listWords(read)} hold logins` : `Secret ${read[0]} holds a login`;
  const more = unread.length > 0 ? `, and ${listWords(unread)} may hold another` : "";
  return `${holds} for this image${more}: `;
}

/**
 * A Secret that is not on the list, and would give the Pod a login if it were: the one that was meant, unless another is
 * shown to be better.
 */
function unlistedLogin(failed: FailedPull, without: readonly string[], meant?: string): string | undefined {
  const unlisted = unlistedLogins(failed, without);
  return bestShown(failed, meant === undefined ? unlisted : [meant, ...unlisted]);
}

function unlistedLogins(failed: FailedPull, without: readonly string[]): readonly string[] {
  const { pod, secrets } = failed.evidence;
  return [...secrets].flatMap(([name, observed]) =>
    !without.includes(name) &&
    !pod.pullSecrets.includes(name) &&
    observed.state === "found" &&
    observed.value.payload.state === "entries" &&
    reaches(failed, name, observed.value.payload.entries)
      ? [name]
      : [],
  );
}

/** More is a list that nobody would want on a Pod. */
const mostInTurn = 3;

/**
 * Of Secrets with a login for the image, the one that is shown to be good, or several of which nothing is shown: the
 * kubelet tries every login that it finds, in their order (pkg/kubelet/kuberuntime/kuberuntime_image.go, 1.26-1.36).
 */
function inTurn(failed: FailedPull, names: readonly string[]): NonEmpty<string> | undefined {
  const best = bestShown(failed, names);
  if (best === undefined) return undefined;
  if (failed.others.shown(best).state === "opened") return [best];
  const others = names.filter((name) => name !== best && failed.others.shown(name).state !== "refused");
  return [best, ...others.slice(0, mostInTurn - 1)];
}

/** Of Secrets with a login for the image, one that other Pods do not show to be refused; the best that is shown of any. */
export function bestShown(failed: FailedPull, names: readonly string[]): string | undefined {
  const rank = (name: string): number => {
    const shown = failed.others.shown(name);
    if (shown.state === "opened") return shown.repository ? 0 : 1;
    return 2;
  };
  return names
    .filter((name) => failed.others.shown(name).state !== "refused")
    .toSorted((a, b) => rank(a) - rank(b))[0];
}

/** What is known of a login beyond that the Secret holds one. */
function shownWords(failed: FailedPull, [secret, ...others]: NonEmpty<string>): string {
  if (others.length > 0) return " Which login is good is not known; the kubelet tries one after the other.";
  const shown = failed.others.shown(secret);
  if (shown.state !== "opened") return " Whether its login is good is not known.";
  const what = shown.repository ? "pulled from this repository" : `pulled from ${hostOf(failed)}`;
  return ` Pod ${shown.pod.name}, which names it, ${what}.`;
}

/** Creates a Secret under the name that the Pod lists already: the Pod can stay as it is. */
export function createListed(failed: FailedPull, secret: string): readonly Fix[] {
  return forNextAttempt(failed, {
    summary: `Create Secret ${secret} with a login for ${registryKeyFor(failed)}`,
    takenUp: "the kubelet finds it at its next attempt, within five minutes",
    command: createSecret(failed, secret, registryKeyFor(failed)),
    lasting: true,
  });
}
