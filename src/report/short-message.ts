/**
 * What the kubelet and the runtime put before every text of a pull: it names the image again, and nothing else (kubelet
 * pkg/kubelet/images/image_manager.go, containerd client/pull.go).
 */
const wrapper =
  /^(?:(?:\(combined from similar events\)|Failed to pull image "[^"]*"|Back-off pulling image "[^"]*"|ErrImagePull|rpc error: code = \w+ desc =|failed to pull and unpack image "[^"]*"|failed to resolve (?:reference "[^"]*"|image)|(?:initializing|reading) source docker:\/\/[^\s"]+|unable to pull image(?: or OCI artifact)?|pull image err|copying system image from manifest list):? )+/;

/** Where something is cut: it is there with -o wide. */
const cut = "…";
const limit = 400;

/** A runtime's text without the words that say nothing, and no longer than can be read. */
export function shortMessage(message: string): string {
  const rest = message.replace(wrapper, "");
  const begun = rest === message || rest === "" ? message : `${cut} ${rest}`;
  return begun.length <= limit ? begun : `${begun.slice(0, limit)}${cut}`;
}
