/**
 * Words of a registry as they may be shown. A registry may repeat what it was sent, or what it signed: the values of the run are
 * known here and are taken out in every spelling, and what looks random is taken out whatever it is.
 */
export class ShownWords {
  readonly #secrets = new Set<string>();
  readonly #names = new Set<string>();

  /** Nothing with this value in it is shown, whole or encoded. */
  hide(value: string): void {
    if (value.trim().length < 4) return this.hideName(value);
    const bytes = Buffer.from(value);
    const spellings = [
      value,
      value.trim(),
      encodeURIComponent(value.toWellFormed()),
      JSON.stringify(value).slice(1, -1),
      bytes.toString("hex"),
      // Without the end, which depends on what follows.
      bytes.toString("base64").replace(/.?={0,2}$/, ""),
      bytes.toString("base64url").replace(/.$/, ""),
    ];
    for (const spelling of spellings) if (spelling.length >= 4) this.#secrets.add(spelling.toLowerCase());
  }

  /** A user's name, where it stands as a word. */
  hideName(name: string): void {
    if (name.trim() !== "") this.#names.add(name.trim().toLowerCase());
  }

  show(words: string): string {
    let text = words.slice(0, mostRead);
    for (const secret of this.#secrets) text = without(text, secret);
    for (const name of this.#names) text = withoutWord(text, name);
    return text
      .replaceAll(
        /\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s"'<>]*)/gi,
        (_, scheme: string, rest: string) => `${scheme}${shownUrl(rest)}`,
      )
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, hidden)
      .replaceAll(
        /\b(?:gh[opsur]|github_pat|glpat|gldt|glcbt|dckr_[a-z]{2,4}|dop_v1|AKIA|ASIA|ya29)[_.-]?[A-Za-z0-9_.-]{4,}/g,
        hidden,
      )
      .replaceAll(/(sha\d{3}:)?[A-Za-z0-9+_=~%]{16,}/g, (run, digest: string | undefined) =>
        digest === undefined && looksRandom(run) ? hidden : run,
      );
  }
}

const hidden = "[…]";
const mostRead = 4096;

/** Letters and digits together, or capitals amid small letters: no word and no name of a repository. */
function looksRandom(run: string): boolean {
  const digits = run.replaceAll(/[^0-9]/g, "").length;
  const letters = run.replaceAll(/[^A-Za-z]/g, "").length;
  if (digits > 2 && letters > 2) return true;
  return /[a-z]/.test(run) && (run.match(/[A-Z]/g)?.length ?? 0) > 3 && run.length > 24;
}

/** Of a URL the host and the path: a signature stands in the query, a login in front of an @. */
function shownUrl(rest: string): string {
  const [place = ""] = rest.split(/[?#;]/);
  return place.slice(place.lastIndexOf("@") + 1);
}

function without(text: string, secret: string): string {
  let result = text;
  for (let round = 0; round < 100; round += 1) {
    const at = result.toLowerCase().indexOf(secret);
    if (at < 0) return result;
    result = result.slice(0, at) + hidden + result.slice(at + secret.length);
  }
  // A letter that changes its length with its case, or the same thing over and over.
  return hidden;
}

function withoutWord(text: string, name: string): string {
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])${name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    "giu",
  );
  return text.replaceAll(pattern, hidden);
}
