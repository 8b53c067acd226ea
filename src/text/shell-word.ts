const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Whether a shell reads the word back unchanged without quotes. */
export function isPlain(word: string): boolean {
  return plainWord.test(word);
}

/** A word as a POSIX shell reads it back unchanged. */
export function quote(word: string): string {
  return isPlain(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as one command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
