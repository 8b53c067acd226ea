import { Chalk } from "chalk";

/** What a terminal can do for a word; without colour each returns the text as it is. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  cyan(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

export interface TextStyle {
  /** Columns; lines are broken at blanks where words allow it. Commands are never broken. */
  readonly width: number;
  /** What the terminal shows: 0 no colours, 1 sixteen, 2 and 3 more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** The whole path, the whole message, and each Pod. */
  readonly wide: boolean;
  /** Milliseconds since 1970, for ages beside times; without it there are none. */
  readonly now?: number;
}

export function createPaint(level: TextStyle["colorLevel"]): Paint {
  return new Chalk({ level });
}
