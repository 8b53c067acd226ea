/**
 * Words of a registry as they may be shown. A registry may repeat what it was sent, or what it signed: the values of the run are
 * known here and are taken out in every spelling, and what looks random is taken out whatever it is.
 */
export class ShownWords {
  /** Pieces of every value, in every spelling: what shares one with a value is a part of it. */
  readonly #pieces = new Set<string>();
  readonly #short = new Set<string>();
  readonly #names = new Set<string>();
  readonly #values = new Set<string>();
  /** Of the values, those that nothing was shown since: a token has more pieces than most registries say words. */
  #unread: string[] = [];
  readonly #others: ShownWords | undefined;

  /** What others hide is hidden here as well; what is hidden here is forgotten with this. */
  constructor(others?: ShownWords) {
    this.#others = others;
  }

  /** Nothing with a part of this value in it is shown, plain or encoded. */
  hide(value: string): void {
    if (value.trim().length < 4) return this.hideName(value);
    if (this.#values.has(value)) return;
    this.#values.add(value);
    this.#unread.push(value);
  }

  #read(value: string): void {
    for (const spelling of spellings(value)) {
      if (spelling.length < pieceLength) this.#short.add(spelling);
      for (let at = 0; at + pieceLength <= spelling.length; at += 1)
        this.#pieces.add(spelling.slice(at, at + pieceLength));
    }
  }

  /** A user's name, where it stands as a word. */
  hideName(name: string): void {
    if (name.trim() !== "") this.#names.add(name.trim().toLowerCase());
  }

  show(words: string): string {
    return this.#withoutValues(words.slice(0, mostRead))
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

  #withoutValues(words: string): string {
    for (const value of this.#unread.splice(0)) this.#read(value);
    const others = this.#others === undefined ? words : this.#others.#withoutValues(words);
    let text = this.#withoutPieces(others);
    for (const secret of this.#short) text = without(text, secret);
    for (const name of this.#names) text = withoutWord(text, name);
    return text;
  }

  #withoutPieces(text: string): string {
    const lower = text.toLowerCase();
    // A letter that changes its length with its case would move all that follows.
    if (lower.length !== text.length) return this.#pieces.size > 0 ? hidden : text;
    let result = "";
    let covered = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (this.#pieces.has(lower.slice(at, at + pieceLength))) {
        if (covered <= at && !result.endsWith(hidden)) result += hidden;
        covered = at + pieceLength;
      }
      if (at >= covered) result += text[at];
    }
    return result;
  }
}

const pieceLength = 8;

/** In small letters, forwards and backwards, and in base64 wherever it may begin within a longer text. */
function spellings(value: string): ReadonlySet<string> {
  const trimmed = value.trim();
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : shift + 1)
      .replace(/.?={0,2}$/, ""),
  );
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const plain = [
    value,
    trimmed,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    bytes.toString("hex"),
    ...base64,
    ...url,
    ...base64.map(encodeURIComponent),
  ];
  const both = [...plain, ...plain.map((text) => [...text].toReversed().join(""))];
  return new Set(both.filter((text) => text.length >= 4).map((text) => text.toLowerCase()));
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
    `(?<![\\p{L}\\p{N}_])${name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    "giu",
  );
  return text.replaceAll(pattern, hidden);
}
