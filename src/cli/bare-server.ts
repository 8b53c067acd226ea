import { UserError } from "../user-error.ts";
import { type Flag, flagIn } from "./flag-table.ts";

/** A command line, and whether `--server` stood on it without a value. */
interface ReadServer {
  readonly words: readonly string[];
  readonly bare: boolean;
}

/**
 * kubectl's `--server URL` names the API server; by itself, to can-pull, `--server` asks that server's admission. An URL has a scheme, or stands
 * behind `=` or `-s`. Throws UserError where the next word may be an address as well as an image: neither is guessed.
 */
export function takeBareServer(typed: readonly string[], flags: readonly Flag[]): ReadServer {
  const words: string[] = [];
  let command: string | undefined;
  let bare = false;
  let doubtful: string | undefined;
  for (let at = 0; at < typed.length; at += 1) {
    const word = typed[at] ?? "";
    const next = typed[at + 1];
    if (word === "--") {
      words.push(...typed.slice(at));
      break;
    }
    if (word === "--server" && !isUrl(next)) {
      if (next !== undefined && isAddress(next)) doubtful ??= next;
      bare = true;
      continue;
    }
    words.push(word);
    if (!word.startsWith("-")) command ??= word;
    const found = flagIn(word, flags);
    if (found?.flag.value === undefined || found.value !== undefined || next === undefined) continue;
    words.push(next);
    at += 1;
  }
  if (command !== "can-pull") return { words: typed, bare: false };
  if (doubtful === undefined) return { words, bare };
  throw new UserError(
    `${doubtful} may be an address or an image`,
    `Write --server=${doubtful} for the API server; for an image, put --server behind it.`,
    2,
  );
}

function isUrl(word: string | undefined): boolean {
  return word !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(word);
}

/** A host with a port, or an address of either family, as kubectl takes them too. */
function isAddress(word: string): boolean {
  return /^(?:[\w.-]+:\d{1,5}|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\](?::\d+)?)$/i.test(word);
}
