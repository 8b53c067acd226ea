/** What somebody who may write names and messages would write to drive the terminal of whoever reads them. */
export const hostileText = [
  "\u001B[2J\u001B[5;31m", // CSI: clears the screen, blinks
  "\u001B]0;title\u0007", // OSC 0: the window's title
  "\u001B]8;;https://evil.example\u001B\\here\u001B]8;;\u001B\\", // OSC 8: a link
  "\u001B]52;c;ZWNobyBvd25lZA==\u0007", // OSC 52: the clipboard
  "\u001BP1$r\u001B\\", // DCS
  "\u009B31m\u009D52;c;eA==\u009C\u0085", // the same with C1 controls
  "all is well\rno", // overwrites its line
  "secret\b\b\b\b\b\b", // and what stands before it
  "\u0000\u0007\u000B\u000C\u007F",
  "\u202Egnp.\u202C\u2066\u2067\u2069\u200E\u061C", // turns the direction
  "\u200B\u200C\u200D\u2060\uFEFF\u00AD\u3164\u115F\u034F", // shows nothing
  "\u{E0041}\u{E0042}\u{E007F}\u{E0101}", // tags
  "\u2028\u2029\uFFF9\uFFFB",
  "\uD800x\uDC00", // half a pair
].join("-");

/** Whatever of the above would still be itself in what a terminal is shown. */
const unsafe = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u3164\u{E0000}-\u{E0FFF}]|\u034F|\u115F/u;

/** What is written for bold, dim, red, yellow and cyan, and nothing else. */
const ownColors = /\u001B\[(?:1|2|22|31|33|36|39)m/g;

/** The first place of an output that would do something to a terminal, with what stands around it. */
export function unsafeIn(output: string): string | undefined {
  const plain = output.replaceAll(ownColors, "");
  const found = unsafe.exec(plain);
  return found === null
    ? undefined
    : JSON.stringify(plain.slice(Math.max(0, found.index - 40), found.index + 20));
}
