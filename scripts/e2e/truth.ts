import { acceptedOf, type Case } from "./case.ts";
import type { Item } from "./program.ts";
import type { Play } from "./play.ts";
import type { Traffic } from "./rounds.ts";

/** The item that the case is about: its container's, else the first that fails. */
export function itemFor(items: readonly Item[], { container }: Case): Item | undefined {
  const asked = container === undefined ? items : items.filter((item) => item.container === container);
  return asked.find(({ verdict }) => !["no-failure", "waiting"].includes(verdict.state)) ?? asked[0];
}

function nameOf({ verdict }: Item): string | null {
  return ["no-failure", "waiting"].includes(verdict.state) ? "no-failure" : verdict.cause;
}

/** What an answer with all permissions has wrong. */
export function faultsOf(item: Item, play: Play, sent: string): readonly string[] {
  const faults: string[] = [];
  const { verdict, credential } = item;
  const name = nameOf(item);
  const accepted = acceptedOf(play.case);
  if (name === null || !accepted.includes(name))
    faults.push(
      `${verdict.state} ${name ?? "-"} (${verdict.confidence ?? "-"}; ${verdict.alternatives.join(", ")}), not ${accepted.join(" or ")}`,
    );
  const given = JSON.stringify(
    credential.given?.map(({ secret, registryKey }) => ({ secret, registryKey })) ?? null,
  );
  const wanted = JSON.stringify(play.case.given).replaceAll("NS", play.namespace);
  if (given !== wanted) faults.push(`given ${given}, not ${wanted}`);
  if (credential.sent !== "unknown" && credential.sent !== sent)
    faults.push(`sent ${credential.sent}, the registries saw ${sent}`);
  return faults;
}

/** What an answer of somebody who may read Pods and Events only has wrong. */
export function readerFaultsOf(item: Item, { case: one }: Play): readonly string[] {
  const { verdict, unknowns } = item;
  const name = nameOf(item);
  const accepted = acceptedOf(one);
  const right = name !== null && accepted.includes(name);
  const faults: string[] = [];
  if (!right && ["cause", "no-failure"].includes(verdict.state) && verdict.confidence !== "possible")
    faults.push(`as reader: ${name ?? "-"} (${verdict.confidence ?? verdict.state}), which is wrong`);
  const named = [name, ...verdict.alternatives];
  if (!right && verdict.state === "ambiguous" && !accepted.some((id) => named.includes(id)))
    faults.push(`as reader: ${named.join(", ")} leave out ${accepted.join(" or ")}`);
  const sure = right && (name === "no-failure" || verdict.confidence === "certain");
  if (!sure && !unknowns.some(({ help }) => help.includes("can-i")))
    faults.push("as reader: no permission is named that would settle it");
  return faults;
}

/** What the traffic of a run shows that must not be. */
export function trafficFaultsOf({ requests, rounds }: Traffic): readonly string[] {
  const faults: string[] = [];
  if (requests.length > 8) faults.push(`${requests.length} requests`);
  if (rounds > 3) faults.push(`${rounds} rounds of requests`);
  const writes = requests.filter((request) => !request.startsWith("GET "));
  if (writes.length > 0) faults.push(`other than GET: ${writes.join(", ")}`);
  if (requests.some((request) => /\/secrets($|\?)/.test(request)))
    faults.push("a list of Secrets was asked for");
  return faults;
}

/** Passwords of the case in anything that was printed. */
export function leaksOf(printed: string, { case: one }: Play): readonly string[] {
  const text = JSON.stringify(one.steps) + JSON.stringify(one.late ?? []);
  const logins = [...text.matchAll(/\\"(?:auth|password|identitytoken)\\": ?\\"([^"\\]{6,})/g)].map(
    ([, value]) => value ?? "",
  );
  const leaks = logins.some((value) => printed.includes(value)) || /lab-(good|wrong|expired)/.test(printed);
  return leaks ? ["a password is printed"] : [];
}
