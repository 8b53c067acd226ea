/**
 * Compares our replay of the kubelet's keyring with vectors that the kubelet's own code made:
 *
 *   npm run vectors -- FILE     (JSON lines, plain or gzipped)
 *
 * Exit code 0 when all are equal, 1 when one differs, 2 when the file cannot be used. No password is printed.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  type DockerLogin,
  type PayloadFormat,
  readDockerConfig,
} from "../src/evidence/gate/docker-config.ts";
import { decodeSecretData } from "../src/evidence/go/base64.ts";
import { parseImageReference } from "../src/pull/image-reference.ts";
import { type KeyringSecret, lookUp } from "../src/pull/keyring.ts";

export interface Vector {
  readonly secrets: readonly VectorSecret[];
  readonly image: string;
  readonly invalidImage?: boolean;
  readonly keyringError?: string;
  readonly given: readonly {
    readonly secret: string;
    readonly username: string;
    readonly password: string;
  }[];
  readonly unordered?: boolean;
}

interface VectorSecret {
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

const shownDifferences = 10;
const formats: Readonly<Record<string, PayloadFormat>> = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
};

/** What differs, in words without a password; undefined when nothing does. */
export function differenceOf(vector: Vector): string | undefined {
  const reference = parseImageReference(vector.image);
  if (!reference.ok)
    return vector.invalidImage === true
      ? undefined
      : `we refuse the image (${reference.error}), the kubelet takes it`;
  if (vector.invalidImage === true) return "we take the image, the kubelet refuses it";
  const read = readSecrets(vector.secrets);
  if (typeof read === "string") return errorDifference(read, vector.keyringError);
  if (vector.keyringError !== undefined)
    return `the kubelet's keyring fails (${vector.keyringError}), ours does not`;
  return loginDifference(vector, read, reference.name);
}

/** The Secrets that the kubelet reads, or the error that keeps the keyring from being built. */
function readSecrets(secrets: readonly VectorSecret[]): readonly KeyringSecret<DockerLogin>[] | string {
  const read: KeyringSecret<DockerLogin>[] = [];
  for (const { name, type, data } of secrets) {
    const format = formats[type];
    const bytes = format === undefined ? undefined : decodeSecretData(data[format] ?? "");
    if (format === undefined || bytes === undefined || bytes.length === 0) continue;
    const config = readDockerConfig(bytes, format);
    if (!config.ok) return config.error;
    read.push({ name, entries: config.entries });
  }
  return read;
}

/** Go's text has to be the same for base64 and colon errors; the others only have to be errors. */
function errorDifference(ours: string, theirs: string | undefined): string | undefined {
  const exact = /^(?:illegal base64 data|unable to parse auth field)/;
  if (theirs === undefined) return "our keyring fails, the kubelet's does not";
  if (ours === theirs || (!exact.test(ours) && !exact.test(theirs))) return undefined;
  return `we say "${exact.test(ours) ? ours : "another error"}", the kubelet "${exact.test(theirs) ? theirs : "another error"}"`;
}

function loginDifference(
  vector: Vector,
  secrets: readonly KeyringSecret<DockerLogin>[],
  name: string,
): string | undefined {
  const { given } = lookUp(secrets, name);
  const ours = given.map(({ secret, entry }) => JSON.stringify([secret, entry.username, entry.password]));
  const theirs = vector.given.map(({ secret, username, password }) =>
    JSON.stringify([secret, username, password]),
  );
  const sorted = vector.unordered === true;
  const text = (logins: readonly string[]): string => (sorted ? logins.toSorted() : logins).join("\n");
  if (text(ours) === text(theirs)) return undefined;
  return `we give ${ours.length} logins from ${namesOf(given)}, the kubelet ${theirs.length} from ${namesOf(vector.given)}`;
}

function namesOf(given: readonly { readonly secret: string }[]): string {
  return given.map(({ secret }) => secret).join(", ") || "none";
}

function readLines(file: string): readonly string[] | undefined {
  try {
    const bytes = readFileSync(file);
    const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    return text
      .toString("utf8")
      .split("\n")
      .filter((line) => line.trim() !== "");
  } catch {
    return undefined;
  }
}

function differenceOfLine(line: string): string | undefined {
  try {
    return differenceOf(JSON.parse(line) as Vector);
  } catch {
    return "this line is no vector";
  }
}

function main(file: string | undefined): number {
  const lines = file === undefined ? undefined : readLines(file);
  if (file === undefined) return complain("name a file of vectors.");
  if (lines === undefined) return complain(`${file} cannot be read.`);
  if (lines.length === 0) return complain(`${file} holds no vectors.`);
  const differences = lines.flatMap((line, index) => {
    const difference = differenceOfLine(line);
    return difference === undefined ? [] : [`line ${index + 1}: ${difference}`];
  });
  for (const difference of differences.slice(0, shownDifferences)) process.stdout.write(`${difference}\n`);
  process.stdout.write(`${lines.length - differences.length} of ${lines.length} equal\n`);
  return differences.length === 0 ? 0 : 1;
}

function complain(sentence: string): number {
  process.stderr.write(`vectors: ${sentence}\n`);
  return 2;
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv[2]);
