import { describe, expect, it } from "vitest";
import { collections, contextOf, readLabelled } from "../scripts/check-corpus.ts";
import { kinds } from "../src/pull/message/kinds.ts";
import { aggregateParts, readMessage, unwrapKubelet } from "../src/pull/message/message.ts";

const cause = 'failed to pull and unpack image "r.example/a:1": context canceled';

/** text, the image that it quotes, the error that is left, and why. */
const wrapped: readonly (readonly [string, string | undefined, string | null, string])[] = [
  [
    `Failed to pull image "r.example/a:1": ${cause}`,
    "r.example/a:1",
    cause,
    "the event Failed, every version",
  ],
  [
    `spec.containers{app}: Failed to pull image "r.example/a:1": ${cause}`,
    "r.example/a:1",
    cause,
    "kubelet 1.35 on puts the field path in front",
  ],
  [
    `spec.initContainers{setup}: Failed to pull image "r.example/a:1": ${cause}`,
    "r.example/a:1",
    cause,
    "of an init container",
  ],
  [
    `(combined from similar events): Failed to pull image "r.example/a:1": ${cause}`,
    "r.example/a:1",
    cause,
    "the event correlator's prefix",
  ],
  [
    `Failed to pull image "r.example/a:1": rpc error: code = Canceled desc = ${cause}`,
    "r.example/a:1",
    cause,
    "gRPC's code, which 1.28 on leaves out for Unknown",
  ],
  [
    `Back-off pulling image "r.example/a:1": ErrImagePull: ${cause}`,
    "r.example/a:1",
    cause,
    "the waiting message of 1.32 on",
  ],
  ['Back-off pulling image "r.example/a:1"', "r.example/a:1", null, "the event BackOff never has a cause"],
  ["Error: ErrImagePull", undefined, null, "a reason without a cause"],
  ["Error: ImagePullBackOff", undefined, null, "a reason without a cause"],
  ["Error: ErrImageNeverPull", undefined, "ErrImageNeverPull", "a reason that is its own cause"],
  [
    'Container image "r.example/a:1" is not present with pull policy of Never',
    "r.example/a:1",
    'Container image "r.example/a:1" is not present with pull policy of Never',
    "a sentence that is its own cause",
  ],
  ['Container image "r.example/a:1" already present on machine', "r.example/a:1", null, "no failure"],
  ['Pulling image "r.example/a:1"', "r.example/a:1", null, "no failure yet"],
  [
    'Successfully pulled image "r.example/a:1" in 1.2s (1.2s including waiting). Image size: 10 bytes.',
    "r.example/a:1",
    null,
    "no failure",
  ],
  [
    "Error: illegal base64 data at input byte 19",
    undefined,
    "illegal base64 data at input byte 19",
    "1.33 on: Go's text where a reason should be",
  ],
  [
    'Failed to inspect image "": rpc error: code = Unknown desc = no answer',
    "",
    "no answer",
    "1.32-1.36 forget the image",
  ],
  [
    'Failed to pull image "r.example/a:\\"${TAG}\\"": invalid reference format',
    'r.example/a:"${TAG}"',
    "invalid reference format",
    "the image is quoted as Go quotes",
  ],
  [
    'Error syncing pod, skipping: failed to "StartContainer" for "app" with ErrImagePull: "no \\"basic\\" auth\\n"',
    undefined,
    'no "basic" auth\n',
    "kubelet 1.2-1.7 quote the error",
  ],
  [
    'E0612 10:00:00.000000    1234 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"it \\\\\\"failed\\\\\\"\\"" pod="shop/web-0"',
    undefined,
    'it "failed"',
    "the kubelet's log quotes it once more",
  ],
  [
    "image pull failed for r.example/a:1, this may be because there are no credentials on this request.  details: (Tag 1 not found)",
    "r.example/a:1",
    "Tag 1 not found",
    "kubelet 1.1-1.5; the hint about credentials is in every failure",
  ],
  [
    "image pull failed for r.example/a:1 because the registry is unavailable: dial tcp: refused",
    "r.example/a:1",
    "dial tcp: refused",
    "what the kubelet makes of CRI-O's RegistryUnavailable",
  ],
  [
    `Warning  Failed  27m (x4 over 29m)  kubelet  Failed to pull image "r.example/a:1": ${cause}`,
    "r.example/a:1",
    cause,
    "a line of kubectl describe",
  ],
  [
    'Failed to pull image "r.example/a:1": cut here "and never closed',
    "r.example/a:1",
    'cut here "and never closed',
    "a cut text stays readable",
  ],
  [
    'Back-off restarting failed container app in pod "web"',
    undefined,
    'Back-off restarting failed container app in pod "web"',
    "another back-off, which is no pull's",
  ],
];

describe("what the kubelet puts around an error", () => {
  it.each(wrapped)("is taken off: %s", (text, image, error) => {
    expect(unwrapKubelet(text)).toEqual({ error, ...(image === undefined ? {} : { image }) });
  });
});

const refused =
  'failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
const absent =
  'rpc error: code = NotFound desc = failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": r.example/a:1: not found';
const older =
  'failed to pull and unpack image "r.example/a:1": pulling from host r.example failed with status code [manifests 1]: 401 Unauthorized';
const x509 =
  'Error response from daemon: Get "https://r.example/v2/": x509: certificate is valid for a.example, b.example, not r.example';
const addresses =
  'Error response from daemon: Get "https://r.example/v2/": dial tcp [2001:db8::1]:443: connect: network is unreachable';

/** text, its parts, and why. */
const aggregates: readonly (readonly [string, readonly string[], string])[] = [
  [refused, [refused], "one error has commas and no brackets"],
  [`[${refused}, ${absent}]`, [refused, absent], "two outcomes, with commas inside the first"],
  [`[${absent}, ${refused}, ${older}]`, [absent, refused, older], "three, and brackets inside the last"],
  [
    `[${older}, ${older.replace("401 Unauthorized", "403 Forbidden")}]`,
    [older, older.replace("401 Unauthorized", "403 Forbidden")],
    "brackets in both",
  ],
  [`[${x509}, ${addresses}]`, [x509, addresses], "a list of names with commas, an address in brackets"],
  [`[${older.slice(0, -1)}]`, [older.slice(0, -1)], "brackets around one error alone"],
  [
    "[strange first error: a, b, strange first error: c]",
    ["strange first error: a, b", "strange first error: c"],
    "errors that nobody listed begin alike",
  ],
  [
    "[DEPRECATION NOTICE] Docker Image Format v1 is disabled [x]",
    ["[DEPRECATION NOTICE] Docker Image Format v1 is disabled [x]"],
    "the first bracket closes before the end",
  ],
  ["[manifests 1]", ["[manifests 1]"], "brackets without an aggregate"],
  [
    `[${refused} ], ${absent}]`,
    [`${refused} ]`, absent],
    "brackets that do not pair do not hide the second error",
  ],
  ["", [""], "nothing"],
];

describe("the kubelet's aggregate of several attempts", () => {
  it.each(aggregates)("is split where another error begins: %s", (text, parts) => {
    expect(aggregateParts(text)).toEqual(parts);
  });
});

const image = "reg.larch.example/team/web:1";
const quote = (text: string): string => JSON.stringify(text).slice(1, -1);

/** One error of a runtime as the places print it where people find it. */
const places: readonly (readonly [string, (error: string) => string])[] = [
  ["an event", (e) => `Failed to pull image "${image}": rpc error: code = Unknown desc = ${e}`],
  ["a status", (e) => `Back-off pulling image "${image}": ErrImagePull: ${e}`],
  [
    "describe",
    (e) => `  Warning  Failed     7s (x6 over 51s)  kubelet            Failed to pull image "${image}": ${e}`,
  ],
  [
    "get events",
    (e) => `3m11s       Warning   Failed      pod/web-1   Failed to pull image "${image}": ${e}`,
  ],
  [
    "an event as JSON",
    (e) => JSON.stringify({ reason: "Failed", message: `Failed to pull image "${image}": ${e}` }),
  ],
  ["a combined event", (e) => `(combined from similar events): Failed to pull image "${image}": ${e}`],
  [
    "an event with its field",
    (e) => `spec.containers{web}: Failed to pull image "${image}": rpc error: code = NotFound desc = ${e}`,
  ],
  [
    "two attempts",
    (e) =>
      `Failed to pull image "${image}": [rpc error: code = Unknown desc = ${e}, rpc error: code = Unknown desc = ${e}]`,
  ],
  [
    "the kubelet's log of a Pod",
    (e) =>
      `E0604 09:12:44.100000    1021 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"web\\" with ErrImagePull: \\"${quote(quote(e))}\\"" pod="shop/web-1"`,
  ],
  [
    "the kubelet's log of a pull",
    (e) =>
      `Jun 04 09:12:44 node-1 kubelet[1021]: E0604 09:12:44.100000    1021 remote_image.go:180] "PullImage from image service failed" err="rpc error: code = Unknown desc = ${quote(e)}" image="${image}"`,
  ],
  [
    "the kubelet's unhandled errors",
    (e) =>
      `E0604 09:12:44.100000    1021 kuberuntime_manager.go:1256] "Unhandled Error" err="container &Container{Name:web,Image:${image},} start failed in pod web-1_shop(1): ErrImagePull: ${quote(e)}" logger="UnhandledError"`,
  ],
  [
    "containerd's log",
    (e) =>
      `Apr 23 14:01:08 node-1 containerd[1786]: time="2026-04-23T14:01:08.688048958Z" level=error msg="PullImage \\"${image}\\" failed" error="${quote(e)}"`,
  ],
  ["crictl", (e) => `FATA[0001] pulling image: rpc error: code = Unknown desc = ${e}`],
  [
    "crictl's log",
    (e) =>
      `time="2026-01-02T03:04:05Z" level=fatal msg="pulling image: rpc error: code = Unknown desc = ${quote(e)}"`,
  ],
];

/** Errors of runtimes: what the kubelet or a tool says by itself stands in one place only, and tables have their own. */
const errors = collections.flatMap(readLabelled).flatMap((row) => {
  const { error } = unwrapKubelet(row.message);
  const { runtimeVersion } = contextOf(row) ?? {};
  const context = runtimeVersion === undefined ? {} : { runtimeVersion };
  const kind = row.cause as keyof typeof kinds;
  const own = ["untold", "kubelet", "runtime"].includes(kinds[kind].reached) && !kinds[kind].anywhere;
  if (error === null || own || error.startsWith("[") || error.length > 3000) return [];
  if (/^(?:Error: |Trying)/.test(row.message) || /\n\s*Warning/.test(error)) return [];
  return readMessage(error, context).kind === kind ? [{ kind, error: error.trim(), context }] : [];
});

describe("the errors of runtimes", () => {
  it.each(places)("are read the same in %s", (_, place) => {
    const changed = errors.flatMap(({ kind, error, context }) => {
      const found = readMessage(place(error), context).kind;
      return found === kind ? [] : [`${found}, not ${kind}: ${place(error)}`];
    });
    expect(changed).toEqual([]);
    expect(errors.length).toBeGreaterThan(1000);
  });
});

describe("what comes after the pull", () => {
  it.each([
    ["CreateContainerError", "context deadline exceeded"],
    ["CreateContainerConfigError", 'secret "web" not found'],
    ["RunContainerError", "failed to start: no such file or directory"],
    ["StartError", "exec: /app: permission denied"],
  ])("is no failed pull: %s, %s", (reason, message) => {
    expect(readMessage(message, { reason }).kind).toBe("unknown");
    expect(readMessage(`${reason}: ${message}`).kind).toBe("unknown");
    expect(
      readMessage(`failed to "StartContainer" for "web" with ${reason}: "${message.replaceAll('"', "")}"`)
        .kind,
    ).toBe("unknown");
  });
});
