import { isRecord, type Json, record, text } from "../field.ts";

/**
 * What is left of an object whose kind nobody here reads: its kind. Where it holds an image, as custom resources of
 * operators do, its name too, so that it can be said that nobody looked.
 */
export function passedOver(object: Json): Json {
  const kind = text(object, "kind") ?? "";
  const metadata = record(object, "metadata");
  const name = text(metadata, "name") ?? "";
  const namespace = text(metadata, "namespace");
  if (!kindName.test(kind) || !objectName.test(name) || !holdsImage(object, deepest))
    return { kind, metadata: {} };
  const place = namespace !== undefined && objectName.test(namespace) ? { namespace } : {};
  return { kind, metadata: { name, ...place }, holdsImage: true };
}

/** Kubernetes' own forms (apimachinery util/validation, DNS-1123 subdomains). */
const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const kindName = /^[A-Z][A-Za-z0-9]{0,62}$/;
/** Fields nest in a custom resource about as deep as a Pod template does in a CronJob. */
const deepest = 12;

function holdsImage(value: unknown, depth: number): boolean {
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.some((item) => holdsImage(item, depth - 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([key, inner]) => namesImage(key, inner) || holdsImage(inner, depth - 1));
}

/**
 * `image: nginx`; `baseImage: registry.example/base:1`, where a reference is told from other words by its slash or colon; and, as charts' values
 * and operators have it, `image: {repository: nginx, tag: "1"}`.
 */
function namesImage(key: string, value: unknown): boolean {
  if (isRecord(value)) return /image$/i.test(key) && isReference(value["repository"]);
  return key === "image"
    ? isReference(value)
    : /image(?:name|url|ref|reference)?$/i.test(key) && isReference(value) && /[/:]/.test(value);
}

function isReference(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:@/-]+$/.test(value) && /[a-z]/.test(value);
}
