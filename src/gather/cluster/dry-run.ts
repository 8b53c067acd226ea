import { type Admission, isAboutPod } from "../../evidence/admission.ts";
import { isRecord, type Json, record, records, text } from "../../evidence/field.ts";
import { admit } from "../../evidence/gate/admit.ts";
import { indexObjects } from "../../evidence/objects.ts";
import { readPod } from "../../evidence/pod.ts";
import type { PodToBe } from "../../evidence/pods-to-be.ts";
import { ShownWords } from "../probe/shown-words.ts";
import { pathOf } from "./api-paths.ts";
import type { ApiServer, ReadFailure } from "./api-server.ts";
import type { WrittenTemplates } from "./written-templates.ts";

/** Webhooks are asked behind each; they serve Pods that somebody waits for, too. */
const atOnce = 4;

/**
 * Lets the API server's admission make each Pod by a dry run, of which nothing is kept: its plugins and webhooks have copied lists and
 * rewritten images in what comes back, or have refused. It is asked as whoever runs this, and not as the controller that would make the Pod.
 */
export async function askAdmission(
  server: ApiServer,
  pods: readonly PodToBe[],
  templates: WrittenTemplates,
  given: readonly Json[],
): Promise<readonly PodToBe[]> {
  const accounts = indexObjects(given);
  const answered: PodToBe[] = [...pods];
  const waiting = [...pods.entries()];
  /** Namespaces where who asks may make no Pods. */
  const closed = new Map<string, Admission>();
  const ask = async (toBe: PodToBe): Promise<PodToBe> => {
    const { namespace, serviceAccount } = readPod(toBe.pod);
    const before = closed.get(namespace);
    if (before !== undefined) return { ...toBe, admission: before };
    if (!namespaceName.test(namespace)) return { ...toBe, admission: noNamespace };
    const template = templates.of(toBe.user);
    const brings = accounts.get("ServiceAccount", namespace, serviceAccount).state === "found";
    const sent = podToSend(toBe, template, brings);
    const answer = await server.create(`${pathOf("Pod", namespace)}?dryRun=All`, sent);
    if (answer.ok) return admitted(toBe, answer.body as Json);
    const admission = notMade(answer.failure, sent, template === undefined);
    if (answer.failure.message.startsWith("pods is forbidden")) closed.set(namespace, admission);
    return { ...toBe, admission };
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      answered[next[0]] = await ask(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answered;
}

const namespaceName = /^[a-z0-9-]{1,63}$/;
const noNamespace: Admission = { state: "unanswered", words: "no namespace can have that name" };

/**
 * The Pod as its controller would send it. Its name is left to the server: a Pod of its own name may be there. What a running Pod has of
 * its node, and what no new Pod may have, stays away.
 */
function podToSend({ user, pod }: PodToBe, template: Json | undefined, bringsAccount: boolean): Json {
  const ours = record(pod, "spec");
  const written = template === undefined ? { ...ours, ...unprivileged(ours) } : record(template, "spec");
  const left = new Set(["nodeName", "ephemeralContainers", "priority", "serviceAccount", "imagePullSecrets"]);
  const kept = Object.fromEntries(Object.entries(written).filter(([field]) => !left.has(field)));
  const { labels, annotations } = record(template, "metadata");
  // The list of a ServiceAccount that comes with the files is not the one that admission would copy.
  const own = bringsAccount || readPod(pod).listOwner === "author";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${user.name}-`,
      ...(isRecord(labels) ? { labels } : {}),
      ...(isRecord(annotations) ? { annotations } : {}),
    },
    spec: {
      ...kept,
      serviceAccountName: ours["serviceAccountName"],
      ...(own ? { imagePullSecrets: ours["imagePullSecrets"] } : {}),
    },
  };
}

/** An image by itself has no template: its Pod asks for so little that the strictest Pod Security Standard lets it in. */
function unprivileged(spec: Json): Json {
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  return {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: records(spec, "containers").map((container) => ({ ...container, securityContext })),
  };
}

/** Ours, with the spec that admission has made of it. */
function admitted(toBe: PodToBe, body: Json): PodToBe {
  const { pod } = toBe;
  const made = admit(body);
  if (text(made, "kind") !== "Pod" || records(made, "spec", "containers").length === 0) {
    const words = "the API server answered with another object than was asked for";
    return { ...toBe, admission: { state: "unanswered", words } };
  }
  const { creationTimestamp } = record(made, "metadata");
  const { ephemeralContainers } = record(pod, "spec");
  return {
    ...toBe,
    pod: {
      ...pod,
      metadata: { ...record(pod, "metadata"), creationTimestamp },
      spec: {
        ...record(made, "spec"),
        nodeName: undefined,
        ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }),
      },
    },
    account: "known",
    admission: {
      state: "admitted",
      written: Object.fromEntries(readPod(pod).images.map(({ container, image }) => [container, image])),
    },
  };
}

/** A Pod that is ours alone may lack what a policy wants of every Pod: its refusal tells nothing of the image. */
function notMade(failure: ReadFailure, sent: Json, isOurs: boolean): Admission {
  const words = shown(failure.message, sent);
  return { state: isAboutPod(failure) && !isOurs ? "refused" : "unanswered", words };
}

const longest = 400;

/** The server's words without what the template holds: a policy may quote the variable that it refuses, and validation quotes values. */
function shown(message: string, sent: Json): string {
  const words = new ShownWords();
  for (const value of valuesIn(sent))
    if (value.length > 3 && !/^(?:true|false)$/i.test(value)) words.hide(value);
  const plain = words.show(
    message.replaceAll(
      /(?<=\b(?:Invalid|Duplicate|Unsupported) value: )(?:"(?:[^"\\]|\\.)*"|\S+?(?=:|$))/g,
      "[…]",
    ),
  );
  return plain.length <= longest ? plain : `${plain.slice(0, longest)}…`;
}

/** Maps whose values mean something to others than Kubernetes: a CSI or Flex driver, an injector. */
const freeMaps: ReadonlySet<string> = new Set(["annotations", "volumeAttributes", "options"]);

/** What may be nobody's business: the values of variables, headers and free maps, and what a command line gives to a flag or a variable. */
function valuesIn(field: unknown): readonly string[] {
  if (Array.isArray(field)) return field.flatMap(valuesIn);
  if (!isRecord(field)) return [];
  return Object.entries(field).flatMap(([name, inner]) => {
    if (name === "value" && typeof inner === "string") return [inner];
    if (freeMaps.has(name) && isRecord(inner))
      return Object.values(inner).filter((value) => typeof value === "string");
    const words = name === "command" || name === "args" ? inner : undefined;
    return Array.isArray(words) ? givenIn(words) : valuesIn(inner);
  });
}

/** `--password=x`, `PASSWORD=x` anywhere in a word, and the word behind `--password`. */
function givenIn(words: readonly unknown[]): readonly string[] {
  return words.flatMap((word, at) => {
    if (typeof word !== "string") return [];
    const before = words[at - 1];
    const isGiven = typeof before === "string" && /^-[^=\s]+$/.test(before) && !word.startsWith("-");
    const assigned = [...word.matchAll(/=["']?([^\s"']+)/g)].flatMap(([, value]) => value ?? []);
    return isGiven ? [word, ...assigned] : assigned;
  });
}
