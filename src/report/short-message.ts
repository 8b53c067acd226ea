/**
 * What the kubelet and the runtime put before every text of a pull: it names the image again, and nothing else (kubelet
 * pkg/kubelet/images/image_manager.go, containerd client/pull.go).
 */
const wrapper =
  /^(?:(?:\(combined from similar events\)|Failed to pull image "[^"]*"|Back-off pulling image "[^"]*"|ErrImagePull|rpc error: code = \w+ desc =|failed to pull and unpack image "[^"]*"|failed to resolve (?:reference "[^"]*"|image)|(?:initializing|reading) source docker:\/\/[^\s"]+|Failed (?:to )?create pod sandbox|failed to start sandbox "[^"]*"|failed to get sandbox image "[^"]*"|failed to pull image "[^"]*"|failed pulling image "[^"]*"|(?:error )?creating pod sandbox with name "[^"]*"|Error determining manifest MIME type for docker:\/\/[^\s"]+|unable to pull image(?: or OCI artifact)?|pull image err|copying system image from manifest list):? )+/;

/**
 * What containerd says of every refusal, whether or not the repository exists, and what its steps are called
 * (remotes/docker/resolver.go, 1.6-2.2): nothing of use where the cause is known.
 */
const refusal =
  /^(?:(?:pull access denied, repository does not exist or may require authorization|failed to do request|failed to authorize): )+/;

/** What is asked for at a token server, the repository once more. */
const query = /(https?:\/\/[^\s"?]{1,300})\?[^\s":]+/g;

/** Where something is cut: it is there with -o wide. */
const cut = "…";
const limit = 400;
/** CRI-O's aggregate (server/image_pull.go): what the registry itself said stands behind all that its mirrors did. */
const mirrors = "(Mirrors also failed: ";
const atEnd = 160;

/** A runtime's text without the words that say nothing, and no longer than can be read. `known`: what it means is said elsewhere. */
export function shortMessage(message: string, known: boolean): string {
  const unwrapped = message.replace(wrapper, "");
  const own = known ? unwrapped.replace(refusal, "") : unwrapped;
  const told = withoutArtifact(known ? own.replace(query, `$1?${cut}`) : own);
  const begun = told === "" ? message : own === message ? told : `${cut} ${told}`;
  return begun.length <= limit ? begun : shortened(begun);
}

function shortened(text: string): string {
  if (!text.includes(mirrors)) return `${text.slice(0, limit)}${cut}`;
  const end = text.slice(-atEnd).replace(/^\S* /, "");
  return `${text.slice(0, limit - atEnd).replace(/ \S*$/, "")} ${cut} ${end}`;
}

const artifact = "; artifact err: ";

/**
 * CRI-O tries everything as an image and then as an artifact (server/image_pull.go, 1.33-1.36), and prints both errors:
 * mostly the second says the same, or that an image is none.
 */
function withoutArtifact(text: string): string {
  const at = text.indexOf(artifact);
  if (at < 0) return text;
  const image = text.slice(0, at);
  const second = text.slice(at + artifact.length).trimEnd();
  const end = image.split(": ").at(-1) ?? "";
  const isNews = !second.endsWith(end) && !second.endsWith("is a container image, not an OCI artifact");
  return isNews ? text : `${image} ${cut}`;
}
