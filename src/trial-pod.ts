import type { Evidence } from "./evidence/evidence.ts";
import { known } from "./evidence/observed.ts";
import type { Pull } from "./pull/pull.ts";
import type { ProbeOutcome } from "./pull/probe/reading.ts";
import { isOfNode } from "./rules/causes.ts";
import { kubectlIn, unspeakable } from "./rules/fix/command.ts";
import { isAdmitted } from "./rules/fix/safe-words.ts";
import type { Verdict } from "./verdict.ts";

/**
 * A Pod that makes the node pull the image once more, for the reader to create: the same image, list, ServiceAccount and node, so the same logins, mirrors,
 * proxy and certificates. The kubelet's back-off is kept by Pod (pkg/kubelet/images/image_manager.go, 1.36), so it is asked at once.
 */
export interface TrialPod {
  readonly summary: string;
  readonly create: string;
  readonly explain: string;
  readonly remove: string;
}

/** The label by which it is found and removed. Nobody's selector has it by chance. */
const label = "app.kubernetes.io/name";
const labelValue = "why-pull-trial";

/** Nothing of the image runs: no image has this. */
const absentCommand = "/why-pull-trial-runs-nothing";

/** Where only the node can tell what is the case now; undefined where it would tell nothing more. */
export function trialPodOf(
  evidence: Evidence,
  pull: Pull,
  verdict: Verdict,
  kubectlFlags: readonly string[],
): TrialPod | undefined {
  if (!isOfUse(evidence, pull, verdict)) return undefined;
  const { pod } = evidence;
  const { node } = pod;
  const list = pod.pullSecrets.filter((name) => name !== "");
  // Nothing that a shell or YAML reads otherwise within quotes.
  if (!/^[A-Za-z0-9._:/@[\]-]+$/.test(pull.image.image)) return undefined;
  if (node === undefined || ![node, pod.serviceAccount, ...list].every(isAdmitted)) return undefined;
  const command = (...words: readonly string[]): string =>
    kubectlIn({ kubectlFlags }, pod.namespace, ...words);
  const [create, explain, remove] = [
    command("create", "-f", "-"),
    command("why-pull", "--wait=1m", "-l", `${label}=${labelValue}`),
    command("delete", "pods", "-l", `${label}=${labelValue}`),
  ];
  if ([create, explain, remove].some((one) => one.includes(unspeakable))) return undefined;
  return {
    summary: `What node ${node} gets now, only the node can tell. This Pod pulls the image there in the same way and runs nothing of it.${copied(evidence, list)}`,
    // Not a here-document: its end would have to stand at the margin, and reports are indented.
    create: `echo '\n${manifest(evidence, pull, node, list)}\n' | ${create}`,
    explain,
    remove,
  };
}

/** Where the registry did not answer this machine, or not about the image. */
const answersNothing: ReadonlySet<ProbeOutcome> = new Set([
  "unreached",
  "not-a-registry",
  "address-refused",
  "everybody-refused",
  "content-unreached",
]);

/**
 * A cause that is the node's own may be over, and shows itself only there. Of a refusal that the registry has explained, and of a cause that the objects
 * show, the node would be told the same again.
 */
function isOfUse({ pod }: Evidence, { attempt, reference, probe }: Pull, verdict: Verdict): boolean {
  const reading = attempt.failure?.reading;
  if (attempt.progress !== "failed" || reading === undefined || !reference.ok) return false;
  if (pod.mirrorUid !== undefined || pod.deleting || reading.creating === true || reading.inspect === true)
    return false;
  if (verdict.state === "undetermined") return reading.kind === "backoff-only";
  if (verdict.state !== "cause" && verdict.state !== "ambiguous") return false;
  const isOpen = verdict.state === "ambiguous";
  if (probe === undefined) return isOpen && verdict.leading.finding.onNode === true;
  const named = [verdict.leading.id, ...(isOpen ? verdict.alternatives : [])];
  return named.some(isOfNode) || (isOpen && answersNothing.has(probe.reading.outcome));
}

/** Admission copies the ServiceAccount's list into every Pod without one (plugin/pkg/admission/serviceaccount). */
function copied({ serviceAccount, pod }: Evidence, list: readonly string[]): string {
  const names = known(serviceAccount)?.pullSecrets ?? [];
  return list.length > 0 || names.length === 0
    ? ""
    : ` It gets the list that ServiceAccount ${pod.serviceAccount} has now, which ${pod.name} has not.`;
}

/**
 * Past the scheduler, so only NoExecute taints need tolerating. What Pod Security's level `restricted` asks for, and resources small enough for quotas that
 * want some. JSON's strings are YAML's.
 */
function manifest(
  { node: observed, pod: { serviceAccount } }: Evidence,
  { image }: Pull,
  node: string,
  list: readonly string[],
): string {
  const isWindows = known(observed)?.operatingSystem === "windows";
  const word = (text: string): string => JSON.stringify(text);
  const security = isWindows
    ? ["  os: {name: windows}", "  securityContext: {runAsNonRoot: true}"]
    : ["  securityContext: {runAsNonRoot: true, runAsUser: 65534, seccompProfile: {type: RuntimeDefault}}"];
  return [
    "apiVersion: v1",
    "kind: Pod",
    "metadata:",
    `  generateName: ${labelValue}-`,
    `  labels: {${label}: ${labelValue}}`,
    "spec:",
    `  nodeName: ${word(node)}`,
    "  tolerations: [{operator: Exists, effect: NoExecute}]",
    `  serviceAccountName: ${word(serviceAccount)}`,
    "  automountServiceAccountToken: false",
    ...(list.length === 0
      ? []
      : [`  imagePullSecrets: [${list.map((name) => `{name: ${word(name)}}`).join(", ")}]`]),
    "  restartPolicy: Never",
    ...security,
    "  containers:",
    "  - name: pull",
    `    image: ${word(image.image)}`,
    "    imagePullPolicy: Always",
    `    command: [${absentCommand}]`,
    "    resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {cpu: 10m, memory: 32Mi}}",
    ...(isWindows
      ? []
      : ["    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}"]),
  ].join("\n");
}
