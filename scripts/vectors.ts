/** Compares our replay of the kubelet's keyring with vectors that the kubelet's own code made. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readDockerConfig } from "../src/evidence/docker-config.ts";
import type { DockerLogin } from "../src/evidence/docker-config.ts";
import { decodeSecretData } from "../src/evidence/go-base64.ts";
import { parseImageReference } from "../src/pull/image-reference.ts";
import { type KeyringSecret, lookUp } from "../src/pull/keyring.ts";

export interface Vector {
  readonly secrets: readonly {
    readonly name: string;
    readonly type: string;
    readonly data: Readonly<Record<string, string>>;
  }[];
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

const formats = {
  "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
  "kubernetes.io/dockercfg": ".dockercfg",
} as const;

/** Undefined when equal, else what differs; never a password. */
export function differenceOf(vector: Vector): string | undefined {
  const reference = parseImageReference(vector.image);
  if (!reference.ok)
    return vector.invalidImage === true ? undefined : `we cannot parse ${vector.image}, the kubelet can`;
  if (vector.invalidImage === true) return `we parse ${vector.image}, the kubelet cannot`;
  const secrets: KeyringSecret<DockerLogin>[] = [];
  for (const secret of vector.secrets) {
    const format = formats[secret.type as keyof typeof formats];
    const bytes = format === undefined ? undefined : decodeSecretData(secret.data[format] ?? "");
    if (format === undefined || bytes === undefined || bytes.length === 0) continue;
    const config = readDockerConfig(bytes, format);
    if (!config.ok) return errorDifference(config.error, vector.keyringError);
    secrets.push({ name: secret.name, entries: config.logins });
  }
  if (vector.keyringError !== undefined)
    return `the kubelet's keyring fails (${vector.keyringError}), ours does not`;
  const found = lookUp(secrets, reference.name);
  const ours = found.given.map(({ secret, entry }) =>
    JSON.stringify([secret, entry.username, entry.password]),
  );
  const theirs = vector.given.map(({ secret, username, password }) =>
    JSON.stringify([secret, username, password]),
  );
  const order = (list: readonly string[]): readonly string[] =>
    vector.unordered === true ? list.toSorted() : list;
  const equal = JSON.stringify(order(ours)) === JSON.stringify(order(theirs));
  return equal
    ? undefined
    : `${vector.image}: we give ${ours.length} logins, the kubelet ${theirs.length}, or in another order`;
}

/** Go's text has to be the same for base64 and colon errors; others only have to fail. */
function errorDifference(ours: string, theirs: string | undefined): string | undefined {
  if (theirs === undefined) return `our keyring fails (${ours}), the kubelet's does not`;
  const exact = /^(illegal base64|unable to parse auth)/;
  return (exact.test(ours) || exact.test(theirs)) && ours !== theirs
    ? `we say "${ours}", the kubelet "${theirs}"`
    : undefined;
}

function main(file: string | undefined): number {
  if (file === undefined) return complain("give a file of vectors, plain or gzipped");
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch {
    return complain(`${file} cannot be read`);
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return complain(`${file} holds no vectors`);
  let equal = 0;
  for (const [index, line] of lines.entries()) {
    let difference: string | undefined;
    try {
      difference = differenceOf(JSON.parse(line) as Vector);
    } catch {
      difference = "this is no vector";
    }
    if (difference === undefined) equal += 1;
    else if (index - equal < 10) process.stdout.write(`line ${index + 1}: ${difference}\n`);
  }
  process.stdout.write(`${equal} of ${lines.length} equal\n`);
  return equal === lines.length ? 0 : 1;
}

function complain(sentence: string): number {
  process.stderr.write(`vectors: ${sentence}\n`);
  return 2;
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv[2]);
