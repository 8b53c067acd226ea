import { type Diagnosis, isFailing } from "../diagnose.ts";
import type { FollowedPod } from "../gather/cluster/followed-pods.ts";
import type { Ended } from "../gather/cluster/newest-template.ts";
import type { Target } from "../gather/cluster/scope.ts";
import { requestTimeout } from "../gather/connection/answer/go-words.ts";
import { isWorthWaiting } from "../healing.ts";
import { UserError } from "../user-error.ts";
import type { DiagnoseFlags } from "./flags.ts";
import { type Followed, followTargets } from "./followed-targets.ts";
import { parseColor, parseFormat, render } from "./output.ts";
import { withSpinner } from "./spinner.ts";
import type { Terminal } from "./terminal.ts";

/** How it ended, and what is to be said of it. */
interface Ending {
  readonly state: "there" | "hopeless" | "late";
  /** Of the Pods that are awaited, those that were looked into. */
  readonly diagnoses: readonly Diagnosis[];
  readonly awaited: readonly FollowedPod[];
}

/** As long as nothing new is heard, what waits for something is looked at so often: a Secret may have come, which nobody watches. */
const lookAgain = 10_000;
/** Pods that are made together appear one after another. */
const settled = 1000;
/** As client-go says it when a run is cancelled. */
const interrupted = 130;

/**
 * Waits until every image that was asked about is there. Returns the exit code: 0 then; 1 with the report, as soon as a pull fails for a cause that waiting does not
 * heal, or when the time is over and one fails; 3 when the time is over and nothing has failed.
 */
export async function waitCommand(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<number> {
  const format = parseFormat(flags.output);
  const style = { format, color: parseColor(flags.color), everywhere: flags.allNamespaces === true };
  const isForPeople = format === "text" || format === "wide";
  const duration = requestTimeout(flags.wait ?? "") ?? 0;
  const followed = await followTargets(words, flags, terminal);
  let ending: Ending;
  let shown: readonly Diagnosis[];
  try {
    ending = await withSpinner(terminal, "Waiting for the images", (say) =>
      untilThere(followed, duration, terminal.signal, say),
    );
    shown =
      ending.state === "there" && !isForPeople
        ? (await followed.look(ending.awaited)).filter(followed.isAsked)
        : whatCounts(ending);
  } finally {
    followed.close();
  }
  if (terminal.signal.aborted) return interrupted;
  if (ending.state === "there" && isForPeople)
    terminal.write(`Every image is there: ${counted(ending.awaited.length)}.\n`);
  else if (shown.length > 0 || !isForPeople) terminal.write(await render(shown, style, terminal));
  if (ending.state === "there") return 0;
  if (shown.some(isFailing)) return 1;
  throw new UserError(
    `${flags.wait ?? ""} are over, and ${stillAwaited(ending, followed)}`,
    "--wait=DURATION waits longer.",
    3,
  );
}

/** What waiting may heal is no news beside what it does not, and what is under way none beside what fails. */
function whatCounts({ state, diagnoses }: Ending): readonly Diagnosis[] {
  const failing = diagnoses.filter(isFailing);
  if (state === "hopeless") return failing.filter((one) => !isWorthWaiting(one));
  return failing.length > 0 ? failing : diagnoses;
}

function counted(pods: number): string {
  return pods === 1 ? "1 Pod has all of its own" : `${pods} Pods have all of theirs`;
}

function stillAwaited({ awaited, diagnoses }: Ending, { targets }: Followed): string {
  const open = [...new Set(diagnoses.map(({ evidence }) => evidence.pod.name))];
  if (awaited.length === 0) {
    const of = targets.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`).join(", ");
    return of === "" ? "there is no Pod yet" : `there is no Pod of ${of} yet`;
  }
  const rest = open.length > 3 ? ` and ${open.length - 3} more` : "";
  return `images are still awaited by ${open.slice(0, 3).join(", ")}${rest}`;
}

async function untilThere(
  followed: Followed,
  duration: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Ending> {
  const end = Date.now() + duration;
  const known = new Map<string, readonly Diagnosis[]>();
  const seen = new Map<string, FollowedPod>();
  let thereSince: number | undefined;
  await followed.pods.listed;
  for (let pause = 0; ;) {
    const touched = await followed.pods.news(Math.min(pause, end - Date.now()));
    refuseDeleted(followed, seen);
    const awaited = await awaitedPods(followed);
    const pending = awaited.filter((pod) => pod.pending);
    const stale = pending.filter(
      ({ place }) => touched.size === 0 || touched.has(place) || !known.has(place),
    );
    for (const place of known.keys()) if (!pending.some((pod) => pod.place === place)) known.delete(place);
    if (stale.length > 0) {
      const found = await followed.look(stale);
      for (const { place } of stale)
        known.set(
          place,
          found.filter((one) => placeOf(one) === place),
        );
    }
    const isOpen = (one: Diagnosis): boolean => one.verdict.state !== "no-failure" && followed.isAsked(one);
    const diagnoses = [...known.values()].flat().filter(isOpen);
    // Of a Pod that could not be read nothing is known.
    const isKnown = pending.every(({ place }) => (known.get(place)?.length ?? 0) > 0);
    const hopeless = diagnoses.some((one) => isFailing(one) && !isWorthWaiting(one));
    if (hopeless) return { state: "hopeless", diagnoses, awaited };
    const now = Date.now();
    const isThere = awaited.length > 0 && diagnoses.length === 0 && isKnown;
    thereSince = isThere ? (touched.size === 0 ? (thereSince ?? now) : now) : undefined;
    if (thereSince !== undefined && (now - thereSince >= settled || now >= end))
      return { state: "there", diagnoses, awaited };
    if (now >= end || signal.aborted) return { state: "late", diagnoses, awaited };
    say(`Waiting for the images of ${pending.length} of ${awaited.length} Pods`);
    pause = isThere || awaited.length === 0 ? settled : lookAgain;
  }
}

function placeOf({ evidence: { pod } }: Diagnosis): string {
  return `${pod.namespace}/${pod.name}`;
}

/**
 * The Pods that count: none where one of the targets has none yet, or its controller has not seen the newest template. Of one
 * that has ended nothing more is to come.
 */
async function awaitedPods({ targets, pods, now }: Followed): Promise<readonly FollowedPod[]> {
  const alive = (index: number): readonly FollowedPod[] => pods.of(index).filter(({ deleting }) => !deleting);
  if (targets.length === 0) return alive(0);
  const each = await Promise.all(
    targets.map(async (target, index) => {
      const { newest, ended } = await now(index);
      const those = newest(alive(index)) ?? [];
      if (those.length === 0 && ended !== undefined) throw nothingToCome(target, ended);
      return those;
    }),
  );
  return each.some((some) => some.length === 0)
    ? []
    : [...new Map(each.flat().map((pod) => [pod.place, pod])).values()];
}

/** Whether the images were there went with the Pods. */
function nothingToCome({ kind, name }: Target, { state, reason }: Ended): UserError {
  const why = reason === undefined ? "" : ` (${reason})`;
  return new UserError(
    `${kind.toLowerCase()} "${name}" ${state === "failed" ? `has failed${why}` : "is complete"}, and has no Pod: none is to come`,
    undefined,
    3,
  );
}

/** A Pod that was named and is gone will not have its images; but for one of a StatefulSet, which is made anew by the same name. */
function refuseDeleted({ targets, pods }: Followed, seen: Map<string, FollowedPod>): void {
  targets.forEach(({ kind, namespace, name }, index) => {
    if (kind !== "Pod") return;
    const place = `${namespace}/${name}`;
    const [now] = pods.of(index);
    if (now !== undefined && !now.deleting) return void seen.set(place, now);
    if ((now ?? seen.get(place)) === undefined || (now ?? seen.get(place))?.owner?.kind === "StatefulSet")
      return;
    throw new UserError(`pod "${name}" was deleted while its images were waited for`, undefined, 3);
  });
}
