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
  /** chalk's level: 0 none, 1 sixteen colours, 2 and 3 more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** The whole path, the whole message, and each Pod. */
  readonly wide: boolean;
  /** Milliseconds since 1970, for ages beside times; without it there are none. */
  readonly now?: number;
}
