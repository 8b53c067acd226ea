import { isRecord } from "../../evidence/field.ts";

/** A message of the kubelet, and the event's reason where it stood beside it. */
export interface PastedMessage {
  readonly text: string;
  readonly reason?: string;
  /** The same with its line breaks taken for the other kind, should the first make no sense. */
  readonly otherwise?: string;
}

/**
 * The messages in what somebody pasted: the event rows of `kubectl describe`, `kubectl get events` and `kubectl events`,
 * the `message` fields of YAML and JSON, or a text that is a message itself, on however many lines.
 */
export async function messagesIn(pasted: string): Promise<readonly PastedMessage[]> {
  const text = withoutMarks(pasted);
  const rows = eventRows(text);
  if (rows.length > 0) return rows.map((found) => ({ ...found, ...inOneLine(found.text) }));
  const fields =
    /\n/.test(text) && /^[\s"-]*(?:message|note)"?: /m.test(text) ? await messageFields(text) : [];
  return fields.length > 0 ? fields : [inOneLine(text)];
}

/** What chats, documents and shells put around a text: fences, quote marks, typographer's quotes, a JSON string's own. */
function withoutMarks(pasted: string): string {
  let text = pasted.replace(/\r\n?/g, "\n").trim();
  const fenced = /^`{3,}[^\n`]*\n([\s\S]*?)\n?`{3,}$/.exec(text) ?? /^`([^`]+)`$/.exec(text);
  if (fenced?.[1] !== undefined) text = fenced[1];
  if (text.split("\n").every((line) => /^\s*>/.test(line))) text = text.replace(/^\s*> ?/gm, "");
  if (!text.includes('"')) text = text.replace(/[“”„]/g, '"');
  return withoutEllipsis(stringOf(text.trim()) ?? text).trim();
}

function stringOf(text: string): string | undefined {
  if (!text.startsWith('"') || !text.endsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutEllipsis(text: string): string {
  return text.replace(/(?:\.{3}|…|(?<!\.)\.)$/, "").trimEnd();
}

/**
 * Takes out the line breaks that an editor or a terminal made, the one between words, the other where the line was full.
 * An error's own one stands before the registry's sentence (containerd 2.1.3 on joins it so), which begins with a code
 * of distribution's.
 */
function inOneLine(text: string): Omit<PastedMessage, "reason"> {
  if (!text.includes("\n")) return { text };
  const lines = text.split("\n");
  const words = lines.map((line) => line.trim()).reduce(joinWords);
  const full = lines.slice(0, -1).every((line) => line.length === lines[0]?.length);
  const cut = lines.join("");
  return full && lines.length > 3 ? { text: cut, otherwise: words } : { text: words, otherwise: cut };
}

function joinWords(text: string, line: string): string {
  const own = sentence.test(line) && !/(?:^|\s)(?:manifest|name|blob|tag)$/.test(text.slice(-16));
  return own ? `${text}\n${line}` : `${text} ${line}`;
}

const sentence =
  /^(?:(?:unauthorized|denied|toomanyrequests|unknown)(?::|$)|(?:manifest|name|blob|tag) (?:unknown|invalid):)/;

/** Reasons of the kubelet's events about images and sandboxes (pkg/kubelet/events/event.go, 1.26-1.36). */
const reasons = new Set([
  "Failed",
  "BackOff",
  "FailedSync",
  "InspectFailed",
  "ErrImageNeverPull",
  "FailedCreatePodSandBox",
  "FailedToRetrieveImagePullSecret",
]);

const row =
  /^\s*(?:\S{1,253}\s+){0,2}(?:\(x\d+ over [^)]{1,20}\)\s+)?(?:Normal|Warning)\s+([A-Z]\w+)\s+(.*)$/;
/** `5s (x3 over 1m)  kubelet` of describe, `pod/web` of the event commands, with what -o wide adds. */
const columns = [
  /^(?:<\w+>|\d[\dsmhdy.]*)(?:\s+\(x\d+ over [^)]{1,20}\))?\s+[a-z][\w.-]*(?:,\s\S+)?\s+/,
  /^\w+\/\S+\s+(?:spec\.\w+\{[^}]*\}\s+)?(?:kubelet(?:,\s\S+)?\s+)?/,
];

function eventRows(text: string): readonly PastedMessage[] {
  const found: { reason: string; text: string }[] = [];
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    const [, reason, rest] = row.exec(line) ?? [];
    if (reason !== undefined && rest !== undefined) {
      found.push({ reason, text: columns.reduce((message, column) => message.replace(column, ""), rest) });
      open = true;
    } else if (line.trim() === "" || /^[A-Z][\w ]*:(?:\s{2,}|$)/.test(line)) open = false;
    else {
      // An error may have line breaks of its own.
      const last = found.at(-1);
      if (open && last !== undefined) last.text += `\n${line}`;
    }
  }
  return found.filter(({ reason }) => reasons.has(reason)).map((one) => ({ ...one, text: one.text.trim() }));
}

async function messageFields(text: string): Promise<readonly PastedMessage[]> {
  const { readJson } = await import("../../gather/files/json-documents.ts");
  const { readYaml } = await import("../../gather/files/yaml-documents.ts");
  const found: PastedMessage[] = [];
  try {
    const json = readJson("the text", text);
    if (json === undefined) for await (const document of readYaml("the text", text)) collect(document, found);
    else for (const document of json) collect(document, found);
  } catch {
    // A piece of JSON still has its strings; what is no YAML may still be a message.
    return [...text.matchAll(/^\s*"(?:message|note)": ("(?:[^"\\\n]|\\.)*")/gm)].flatMap(([, quoted]) => {
      const message = stringOf(quoted ?? "");
      return message === undefined ? [] : [{ text: message }];
    });
  }
  return found;
}

function collect(value: unknown, found: PastedMessage[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (!isRecord(value)) return;
  const { reason } = value;
  for (const [name, inner] of Object.entries(value)) {
    if ((name === "message" || name === "note") && typeof inner === "string" && inner.trim() !== "")
      found.push({ text: inner.trim(), ...(typeof reason === "string" ? { reason } : {}) });
    else collect(inner, found);
  }
}
