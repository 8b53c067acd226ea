const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word as a POSIX shell reads it back unchanged. */
export function quote(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as one command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
