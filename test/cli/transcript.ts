import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ran, runCommand } from "../command.ts";
import type { Stage } from "./stage.ts";

/**
 * A transcript is Markdown with fenced `console` blocks: a line `$ kubectl why-pull …` for each command, below it what it
 * wrote to standard output, each line of standard error behind `2> `, and `[exit N]` for an exit code other than 0.
 * Returns the same text with what the commands write now.
 *
 * The commands run as `runCommand` runs them: what is shipped must say the same as the source.
 */
export async function replay(markdown: string, stage: Stage): Promise<string> {
  const parts = markdown.split(/^(`{3,})console\n([^]*?)^\1\n/m);
  const played: string[] = [];
  for (let at = 0; at < parts.length; at += 3) {
    played.push(parts[at] ?? "");
    const [fence, block] = [parts[at + 1], parts[at + 2]];
    if (fence === undefined || block === undefined) continue;
    const text = await playBlock(block, stage);
    // A report in Markdown has fences of its own.
    if (text.includes(`\n${fence}`)) throw new Error(`the block needs a longer fence: ${block.slice(0, 80)}`);
    played.push(`${fence}console\n${text}${fence}\n`);
  }
  return played.join("");
}

async function playBlock(block: string, stage: Stage): Promise<string> {
  const commands = block.split("\n").filter((line) => line.startsWith("$ "));
  const played: string[] = [];
  for (const command of commands)
    played.push(`${command}\n${shown(await play(command.slice(2), stage), stage)}`);
  return played.join("\n");
}

function shown({ code, stdout, stderr }: Ran, stage: Stage): string {
  const ended = stdout === "" || stdout.endsWith("\n") ? stdout : `${stdout}\n[no line break at the end]\n`;
  const errors = stderr.replaceAll(/^(?=[^])/gm, "2> ");
  const text = ended + errors + (code === 0 ? "" : `[exit ${code}]\n`);
  // Editors do not show the character that colours begin with.
  return stage.hide(text).replaceAll("\u001b", "␛");
}

async function play(line: string, stage: Stage): Promise<Ran> {
  const words = wordsOf(line);
  const env: Record<string, string> = {};
  while (/^[A-Z_]+=/.test(words[0] ?? "")) {
    const [name = "", value = ""] = (words.shift() ?? "").split("=");
    env[name] = value;
  }
  if (words.shift() !== "kubectl" || words.shift() !== "why-pull")
    throw new Error(`no command of ours: ${line}`);
  const from = words.indexOf("<");
  const input = from < 0 ? Buffer.alloc(0) : readFileSync(join(stage.folder, words[from + 1] ?? ""));
  if (from >= 0) words.splice(from, 2);
  return runCommand(words, { input, env });
}

/** Blanks part words, quotes hold them together; that is all of the shell that transcripts need. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/['"]/g, ""));
}
