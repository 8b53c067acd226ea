import { defined, flag, integer, isRecord, type Json, record, records, text, texts } from "../field.ts";
import {
  challengeErrors,
  type ProbeChallenge,
  probeFailures,
  type ProbeLogin,
  type ProbeRate,
  type ProbeStep,
  type ProbeStop,
  probeStops,
  probeTargets,
  rateCounts,
  realmPaths,
  type RegistryProbe,
  tokenSubjects,
} from "../registry-probe.ts";
import { redactMessage } from "./message-redaction.ts";
import { shownRegistryKey } from "./shown-registry-key.ts";

/**
 * A RegistryProbe as a document, and back. Whatever is in one was said by a registry, or by whoever edited a bundle, so
 * reading keeps words of known shapes only: no query of a URL, no value of a header, no token.
 */
export function readRegistryProbe(object: Json): RegistryProbe {
  const namespace = text(object, "metadata", "namespace") ?? "default";
  const name = text(object, "metadata", "name") ?? "";
  const spec = record(object, "spec");
  const status = record(object, "status");
  return {
    ref: { kind: "RegistryProbe", namespace, name },
    namespace,
    image: text(spec, "image") ?? "",
    pullSecrets: texts(spec, "imagePullSecrets"),
    host: hostIn(status, "host") ?? "",
    time: timeIn(status, "time") ?? "",
    unreadSecrets: flag(status, "unreadSecrets") === true,
    steps: records(status, "steps").slice(0, mostSteps).flatMap(readStep),
    ...defined({
      proxy: hostIn(status, "proxy"),
      address: matching(/^[0-9A-Fa-f.:]{2,45}$/, text(status, "address")),
      stopped: readStop(record(status, "stopped")),
      digest: matching(/^sha\d{3}:[0-9a-f]{64,128}$/, text(status, "digest")),
      platforms: listIn(status, "platforms", /^[a-z0-9]{1,16}\/[a-z0-9]{1,16}(?:\/[a-z0-9.]{1,16})?$/),
      nearTags: listIn(status, "nearTags", /^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$/),
      content: oneOf(["image", "artifact", "schema1"], status["content"]),
      layers: integer(status, "layers"),
    }),
  };
}

/** The document that readRegistryProbe reads the same from. */
export function writeRegistryProbe(probe: RegistryProbe): Json {
  const { ref, namespace, image, pullSecrets, ...status } = probe;
  return {
    apiVersion: "why-pull/v1",
    kind: "RegistryProbe",
    metadata: { name: ref.name, namespace },
    spec: { image, imagePullSecrets: pullSecrets },
    status,
  };
}

const mostSteps = 100;
const mostInList = 200;
/** Of a registry's sentence, as much as tells. */
const mostOfMessage = 200;

function readStop(stop: Json): ProbeStop | undefined {
  const why = oneOf(probeStops, stop["why"]);
  return why === undefined ? undefined : { why, ...defined({ host: hostIn(stop, "host") }) };
}

function readStep(step: Json): readonly ProbeStep[] {
  const by = oneOf(["node", "us"], step["by"]);
  const method = oneOf(["HEAD", "GET"], step["method"]);
  const target = oneOf(probeTargets, step["target"]);
  const host = hostIn(step, "host");
  if (by === undefined || method === undefined || target === undefined || host === undefined) return [];
  const optional = defined({
    login: readLogin(step["login"]),
    scheme: oneOf(["basic", "bearer"], step["scheme"]),
    status: integer(step, "status"),
    challenge: readChallenge(step["challenge"]),
    code: matching(/^(?=.{1,40}$)[A-Z]{1,24}(?:_[A-Z]{1,24})*$/, text(step, "code")),
    message: sentence(text(step, "message")),
    granted: listIn(step, "granted", /^(?:[a-z]{1,20}|\*)$/),
    seenAs: oneOf(tokenSubjects, step["seenAs"]),
    rate: readRate(step["rate"]),
    registry: flag(step, "registry"),
    redirectedTo: hostIn(step, "redirectedTo"),
    failure: oneOf(probeFailures, step["failure"]),
  });
  return [{ by, method, target, host, ...optional }];
}

function readLogin(value: unknown): ProbeLogin | undefined {
  const secret = text(value, "secret");
  const key = text(value, "registryKey");
  if (secret === undefined || key === undefined) return undefined;
  return { secret, registryKey: shownRegistryKey(key) };
}

function readChallenge(value: unknown): ProbeChallenge | undefined {
  if (!isRecord(value)) return undefined;
  return {
    schemes: listIn(value, "schemes", /^[a-z][a-z0-9-]{0,20}$/) ?? [],
    ...defined({
      realm: hostIn(value, "realm"),
      realmPath: oneOf(realmPaths, value["realmPath"]),
      service: matching(/^[A-Za-z0-9._:/ -]{1,100}$/, text(value, "service")),
      anyScope: flag(value, "anyScope"),
      error: oneOf(challengeErrors, value["error"]),
    }),
  };
}

function readRate(value: unknown): ProbeRate | undefined {
  const remaining = integer(value, "remaining");
  if (remaining === undefined) return undefined;
  const counted = oneOf(rateCounts, isRecord(value) ? value["counted"] : undefined) ?? "unknown";
  return {
    remaining,
    counted,
    ...defined({ limit: integer(value, "limit"), window: integer(value, "window") }),
  };
}

function sentence(message: string | undefined): string | undefined {
  if (message === undefined) return undefined;
  const clean = redactMessage(message.slice(0, 4 * mostOfMessage))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\s]+/gu, " ")
    .trim();
  return clean.length > mostOfMessage ? `${clean.slice(0, mostOfMessage - 1)}…` : clean || undefined;
}

/** A host with its port, as an image or a URL names it. */
function hostIn(object: Json, field: string): string | undefined {
  return matching(
    /^(?=.{1,260}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/,
    text(object, field),
  );
}

function timeIn(object: Json, field: string): string | undefined {
  return matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, text(object, field));
}

function listIn(object: Json, field: string, pattern: RegExp): readonly string[] | undefined {
  if (!Array.isArray(object[field])) return undefined;
  return texts(object, field)
    .filter((word) => pattern.test(word))
    .slice(0, mostInList);
}

function matching(pattern: RegExp, value: string | undefined): string | undefined {
  return value !== undefined && pattern.test(value) ? value : undefined;
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value);
}
