/**
 * Names are never evidence: a repository may be called `unauthorized-page`. Everything that somebody could have named
 * is replaced before words are weighed: URLs, quoted names, references, paths, digests, hosts that are looked up.
 */
const kept =
  /^[("'[]*(?:i\/o|net\/http|crypto\/\S*|username\/password|text\/html|application\/\S+|HTTP\/[\d.x]+|http2|and\/or|os\/arch\S*|zlib|gzip)[)"'\],:.;]*$/;

export function maskNames(text: string): string {
  return text
    .replaceAll(/\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}:\/\/[^\s"'<>\]),]+/g, (url) => {
      const colon = /:+$/.exec(url)?.[0] ?? "";
      return `URL${colon}`;
    })
    .replaceAll(/"([^"\s]{1,4096})"/g, (whole, inner: string) =>
      inner === "URL" || /^[<{]/.test(inner) ? whole : '"NAME"',
    )
    .replaceAll(/\\"([^"\s\\]{1,4096})\\"/g, '"NAME"')
    .replaceAll(
      /\b(reading manifest|reading signatures for|error reading manifest|Error reading manifest) \S+ in \S+?(?=:?\s|$)/g,
      "$1 NAME in NAME",
    )
    .replaceAll(
      /\b(pull access denied for|repository|image|image name|short-name|manifest for|artifact|Tag|tag|for reference|access repository:|repository:|looking up|lookup|registry|Repository|Image|named?|reference|ref) (?!(?:name|does|not|is|was|must|returns|manifest|pull|layer|denied|access|not\b|or|and|to|with|has|on|in|failed|cannot|config|names?|unavailable|answers?|rejected|from|without|index|operations?|platform|type|tag|format|err|errs?|reference|image|source|service|configuration|layer|mode|using|used|couldn)\b)[A-Za-z0-9][^\s,;"]*?(?=[,;:]?(?:\s|$))/g,
      "$1 NAME",
    )
    .replaceAll(/\bsha(?:256|384|512)[:-][0-9a-f]{6,}/gi, "DIGEST")
    .replaceAll(/\S*\/\S*/g, (word) => (kept.test(word) ? word : maskWord(word)))
    .replaceAll(/(?<![\w"])[A-Za-z0-9][\w.-]*:[A-Za-z0-9][\w.-]*(?=[\s:,;)\]]|$)/g, (word) =>
      /^(?:code|status|desc|error):/i.test(word) ? word : "NAME",
    )
    .replaceAll(/(?<![\w."])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[\s:,;)\]]|$)/g, "NAME");
}

/** Keeps the punctuation around a masked word, which separates segments. */
function maskWord(word: string): string {
  const before = /^[("'[<]*/.exec(word)?.[0] ?? "";
  const after = /[)"'\]>,:.;]*$/.exec(word.slice(before.length))?.[0] ?? "";
  return `${before}NAME${after}`;
}
