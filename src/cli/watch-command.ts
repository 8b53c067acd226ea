import { type Diagnosis, isFailing } from "../diagnose.ts";
import type { FollowedPod } from "../gather/cluster/followed-pods.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../user-error.ts";
import type { DiagnoseFlags } from "./flags.ts";
import { followTargets } from "./followed-targets.ts";
import { formats } from "./flag-table.ts";
import type { Terminal } from "./terminal.ts";

/** What was said last of an image that fails. */
interface Said {
  readonly cause: string;
  readonly uid: string;
}

type Type = "failing" | "changed" | "healed";

/** An answer that says too little may have come before its event; and a Secret, which nobody watches, may change a cause. */
const lookAgain = 20_000;
const interrupted = 130;

/**
 * Prints a line for each image that begins to fail, changes its cause, or heals, until Ctrl-C. What is kept of a Pod is small, and of one that neither fails nor
 * waits nearly nothing.
 */
export async function watchCommand(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<number> {
  const write = await writerFor(flags.output, terminal);
  const followed = await followTargets(words, flags, terminal);
  const { pods, targets, now, look } = followed;
  const said = new Map<string, Map<string, Said>>();

  const isAsked = async ({ place }: FollowedPod): Promise<boolean> => {
    for (const index of targets.keys()) {
      if (targets[index]?.kind !== "CronJob") return true;
      const those = (await now(index)).newest(pods.of(index)) ?? [];
      if (those.some((pod) => pod.place === place)) return true;
    }
    return targets.length === 0;
  };
  const tell = (one: Diagnosis): void => {
    const { pod } = one.evidence;
    const place = `${pod.namespace}/${pod.name}`;
    const images = said.get(place) ?? new Map<string, Said>();
    const key = `${one.pull.image.type} ${one.pull.image.container}`;
    const before = images.get(key)?.uid === pod.uid ? images.get(key) : undefined;
    if (isFailing(one)) {
      const cause = causeOf(one);
      if (before?.cause !== cause) write(before === undefined ? "failing" : "changed", one);
      images.set(key, { cause, uid: pod.uid ?? "" });
    } else if (one.verdict.state === "no-failure" && before !== undefined) {
      if (!pod.deleting) write("healed", one);
      images.delete(key);
    }
    if (images.size > 0) said.set(place, images);
    else said.delete(place);
  };
  try {
    while (!terminal.signal.aborted) {
      const touched = await pods.news(lookAgain);
      const places = touched.size > 0 ? [...touched] : [...said.keys()];
      const open: FollowedPod[] = [];
      for (const place of places) {
        const pod = pods.at(place);
        if (pod === undefined) said.delete(place);
        else if ((pod.pending || said.has(place)) && (await isAsked(pod))) open.push(pod);
      }
      for (let next = 0; next < open.length; next += atOnce)
        for (const one of await look(open.slice(next, next + atOnce))) if (followed.isAsked(one)) tell(one);
    }
  } finally {
    followed.close();
  }
  return interrupted;
}

/** Pods that are looked into together. */
const atOnce = 100;

function causeOf({ verdict, pull }: Diagnosis): string {
  const named = verdict.state === "cause" || verdict.state === "ambiguous" ? verdict.leading.id : "";
  return `${verdict.state} ${named} ${pull.image.image}`;
}

async function writerFor(output: string, terminal: Terminal): Promise<(type: Type, one: Diagnosis) => void> {
  if (output === "json") {
    const { toItem } = await import("../report/structured.ts");
    return (type, one) => terminal.write(`${printable(JSON.stringify({ type, item: toItem(one) }))}\n`);
  }
  if (output !== "text" && output !== "wide") {
    const known = formats.filter((format) => ["text", "wide", "json"].includes(format));
    throw new UserError(`--watch prints no ${output}`, `It takes ${known.join(", ")}.`, 2);
  }
  const { summaryOf } = await import("../report/summary.ts");
  const { fullTitle } = await import("../report/title.ts");
  return (type, one) => {
    const { pull, evidence } = one;
    const named = causeOf(one).split(" ")[1] ?? "";
    const why = type === "healed" ? "the image is there" : summaryOf(one);
    const time = new Date(terminal.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const what = `${time} ${type.padEnd(7)} ${fullTitle(evidence)} · ${pull.image.container} ${pull.image.image}`;
    terminal.write(printable(`${what}: ${named === "" || type === "healed" ? "" : `${named}: `}${why}\n`));
  };
}
