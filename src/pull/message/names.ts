/** A URL that stands in a message, where it was asked from or only mentioned. */
export interface MentionedUrl {
  /** The method, where one stands in front: then it was asked. */
  readonly asked: boolean;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/**
 * A message whose names are replaced by `<name>`, `<url>` and the like. Names are never evidence: a repository may be
 * called `unauthorized-page`, a tag `429`, a host `timeout`. What is left are the words of programs and registries.
 */
export interface Masked {
  readonly text: string;
  readonly urls: readonly MentionedUrl[];
}

export function maskNames(message: string): Masked {
  const urls: MentionedUrl[] = [];
  const text = maskUrls(plainCharacters(message), urls);
  const quoted = maskQuoted(text);
  const shaped = quoted.replace(/[^\s"'`,;()[\]{}<>=|]+/g, maskWord);
  return { text: placedNames.reduce((masked, [place, words]) => masked.replace(place, words), shaped), urls };
}

/** One kind of quote, no escaped line ends, and no control characters but the line feed that containerd joins errors with. */
function plainCharacters(message: string): string {
  const plain = message.replace(/(?<!\\)\\+"/g, '"').replace(/(?:\\[nrt]){1,8}(?=["<\s]|$)/g, " ");
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return plain.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ");
}

const url =
  /(?:\b([Gg]et|[Hh]ead|[Pp]ost|[Pp]ut|GET|HEAD|POST|PUT) (?:request to )?|(status code |content at ))?"?\b([a-z][a-z0-9+.-]{0,20}):\/\/([^\s"'<>`|]{0,4096})"?/g;

function maskUrls(message: string, urls: MentionedUrl[]): string {
  return message.replace(
    url,
    (_, method: string | undefined, asked: string | undefined, scheme: string, rest: string) => {
      const address = rest.replace(/[)\]:;,.]+$/, "");
      const behind = rest.slice(address.length);
      const before = `${method === undefined ? "" : `${method} `}${asked ?? ""}`;
      if (scheme === "docker") return `${before}<image>${behind}`;
      if (scheme === "unix" || scheme === "npipe") return `${before}<socket>${behind}`;
      urls.push(parseUrl(address, method !== undefined || asked !== undefined));
      return `${before}<url>${behind}`;
    },
  );
}

function parseUrl(address: string, asked: boolean): MentionedUrl {
  const at = /^(?:[^/?#@]{0,1024}@)?([^/?#]{0,512})([^?#]*)(?:\?([^#]*))?/.exec(address);
  return { asked, host: at?.[1] ?? "", path: at?.[2] ?? "", query: at?.[3] ?? "" };
}

const mediaType = /^(?:application|text)\/[\w.+-]+$/;

/** A quoted string without white space is a name, unless it is a media type, markup or raw bytes. */
function maskQuoted(message: string): string {
  return message
    .replace(/“[^“”\n]{0,512}”/g, "<name>")
    .replace(/'([^'\s]{1,1024})'/g, (whole, inner: string) =>
      configuration.test(inner)
        ? "<configuration>"
        : inner.length === 1 || mediaType.test(inner)
          ? whole
          : "<name>",
    )
    .replace(/"([^"\n]{0,8192})"/g, (whole, inner: string) => {
      if (inner.includes("<url>") || inner.includes("<socket>") || inner.startsWith("\\x")) return whole;
      if (configuration.test(inner)) return "<configuration>";
      if (/^(?:\/|\\\\|[A-Za-z]:\\)/.test(inner)) return isSocket(inner) ? "<socket>" : "<path>";
      if (inner.startsWith("<") || /\s/.test(inner)) return whole;
      return mediaType.test(inner) ? whole : "<name>";
    });
}

/** Files in which a node's runtime reads about registries: the name says what a complaint is about. */
const configuration =
  /(?:^|\/)(?:hosts\.toml|registries\.(?:conf|yaml)|registries\.conf\.d(?:\/[^/]{1,255})?)$/;

function isSocket(path: string): boolean {
  return /\.sock$|[/\\]pipe[/\\]/.test(path);
}

/**
 * Places where a name stands that has the shape of a word, by the sentence around it: containerd, containers/image,
 * moby, Go's net package, Harbor, Quay, the kubelet.
 */
const placedNames: readonly (readonly [RegExp, string])[] = [
  [/\[(manifests|blobs) [^\]\n]{1,1024}\]/g, "[$1 <name>]"],
  [/\b(with username:) \S+(?= and)/g, "$1 <name>"],
  [/\b([Rr]eading manifest) \S+ in \S+?(?=:?(?:\s|$))/g, "$1 <name> in <name>"],
  [/\b(pinging (?:container|docker) registry) (?!returned:)\S+?(?=:?(?:\s|$))/g, "$1 <name>"],
  [/\b(pulling from host) \S+/g, "$1 <name>"],
  [/(^|: )(lookup) \S+?(?=:?(?:\s|$))/g, "$1$2 <name>"],
  [/\b(pull access denied for) [^\s,]+/g, "$1 <name>"],
  [
    /\b([Rr]epository|[Pp]roject|[Aa]rtifact|[Tt]ag|manifest for|[Rr]egistry) (?!not |name |does |is |was |for )\S+ (?=(?:not found|was deleted|is blocked|does not exist))/g,
    "$1 <name> ",
  ],
  [/\b(repository:|repo|tag) [^\s,]+(?=, | not found)/g, "$1 <name>"],
  [/\b(not found in repository) [^\s,)]+/g, "$1 <name>"],
  [/\b(image name) \S+(?= returns)/g, "$1 <name>"],
  [/\b(provider plugin) \S+(?= for image )/g, "$1 <name>"],
  [/\b(for image) [^\s:]\S*?(?=:?(?:\s|$))/g, "$1 <name>"],
  [/\b(certificate for) \S+(?= because)/g, "$1 <name>"],
  [/\b(certificate is valid for) [^\n]{1,4000}?, not \S+/g, "$1 <name>, not <name>"],
  // moby before 1.10
  [/\b(Error pulling image) \([^)\n]{1,256}\) from \S+?(?=[,:]?(?:\s|$))/g, "$1 (<name>) from <name>"],
  // containerd core/transfer/local/pull.go, pkg/imageverifier/bindir
  [/\b(image verifier) \S+ (?=blocked pull of|returned error)/g, "$1 <name> "],
  [/\b(for reason: verifier) \S+ (?=rejected)/g, "$1 <name> "],
  [/\b(failed to solve:) [^\s:]\S*?(?=:\s)/g, "$1 <name>"],
  [/\b(ref) \S+(?= locked)/g, "$1 <name>"],
  [/\b(connecting to|dialing) (?!the |proxy)\S+?(?=:?(?:\s|$))/g, "$1 <name>"],
];

/** Words of programs that have the shape of a name. */
const programWords = new Set(
  (
    "x509 http2 ipv4 ipv6 net/http input/output http/1.x http/1.0 http/1.1 http/2 tls1.2 tls1.3 i/o username/password os/arch base64 gzip sha256 " +
    "v1 v2 v2s1 v2s2 schema1 schema2 client.timeout image-specific self-signed read-only short-name unqualified-search re-exec " +
    "time-out insufficient_scope invalid_token permission_denied bad_credential rst_stream manifest_unknown name_unknown name_invalid " +
    "tag_invalid blob_unknown internal_error project_policy_violation resource_exhausted v1/v2 www-authenticate docker-content-digest content-type content-encoding multi-platform lowercase colon-separated"
  ).split(" "),
);

/** Keeps plain words, numbers and the punctuation behind a word; whatever else is shaped like a name becomes one. */
function maskWord(word: string): string {
  const core = word.replace(/[:.!?]+$/, "");
  const behind = word.slice(core.length);
  if (/^[A-Za-z]*$/.test(core) || /^\d+$/.test(core)) return word;
  if (programWords.has(core.toLowerCase()) || mediaType.test(core)) return word;
  if (/^hcsshim::\w+$/.test(core) || /^\\x1[45]/.test(core)) return word;
  if (configuration.test(core)) return `<configuration>${behind}`;
  if (isSocket(core)) return `<socket>${behind}`;
  return /[A-Za-z0-9]/.test(core) ? `<name>${behind}` : word;
}
