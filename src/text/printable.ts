/**
 * Names and messages come from whoever can write to the cluster. Control characters could drive the reader's terminal,
 * marks of direction could make a name read as another, and letters that show nothing could hide one in it: all are
 * shown as what they are. Unicode's categories Cc, Cf, Co and Cs, line separators, the block of tags, and fillers.
 */
const unsafe = (): RegExp =>
  /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u3164\uffa0\u{e0000}-\u{e0fff}]|\u034f|\u115f|\u1160|\u17b4|\u17b5/gu;

/** ASCII, and the signs that reports are made with. Unicode's tables are consulted for the rest only: to make that pattern takes longer than a report. */
const plain = /^[\n\t\x20-\x7e\u00b7\u00d7\u2013\u2192\u2026\u2500]*$/;

/** Spelt as JSON spells it, so that JSON stays JSON and means the same: above U+FFFF by two halves. */
export function printable(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe(), (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** The same on one line: line breaks and tabs too become visible. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}
