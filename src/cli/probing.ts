import { evidenceReader } from "../evidence/evidence.ts";
import type { Json } from "../evidence/field.ts";
import type { Gate } from "../evidence/gate/admit.ts";
import { indexObjects } from "../evidence/objects.ts";
import type { Environment } from "../gather/connection/environment.ts";
import { probeRegistries, type ProbeTarget } from "../gather/probe/probe.ts";
import type { ProbeOptions, Progress } from "../gather/probe/registries.ts";
import { Wallet } from "../gather/probe/wallet.ts";
import { readPulls } from "../pull/pull.ts";
import { UserError } from "../user-error.ts";
import type { DiagnoseFlags } from "./flags.ts";

/** The part of a run in which registries are asked. */
export interface Probing {
  /** For everything that is read: it takes note of the logins. */
  readonly gate: Gate;
  /** Documents of the images whose pull fails; of what was asked about by name, of all. Afterwards the logins are forgotten. */
  readonly ask: (documents: readonly Json[], named: boolean, tell?: Progress) => Promise<readonly Json[]>;
}

/** Throws UserError where the flags cannot be followed. */
export function createProbing(flags: DiagnoseFlags, environment: Environment): Probing {
  const options = probeOptions(flags, environment);
  const wallet = new Wallet();
  return {
    gate: wallet.gate,
    ask: (documents, named, tell) =>
      probeRegistries(targetsOf(documents, named), wallet, options, environment, {}, tell),
  };
}

function probeOptions(flags: DiagnoseFlags, environment: Environment): ProbeOptions {
  const { registryCa, v } = flags;
  return {
    plainHttp: flags.plainHttp ?? [],
    trustRealm: flags.trustRealm ?? [],
    verbosity: Number.parseInt(v ?? "0", 10),
    ...(registryCa === undefined ? {} : { registryCa: certificatesIn(registryCa, environment) }),
  };
}

function certificatesIn(file: string, environment: Environment): string {
  let pem: string;
  try {
    pem = environment.readFile(file).toString("latin1");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UserError(`${file} cannot be read (${code})`, undefined, 3);
  }
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new UserError(`${file} holds no certificate`, "--registry-ca takes certificates in PEM.", 3);
}

/** What is asked: of images that fail, or of all. */
export function targetsOf(documents: readonly Json[], named: boolean): readonly ProbeTarget[] {
  const objects = indexObjects(documents);
  const readEvidence = evidenceReader(objects);
  return objects.pods.flatMap((pod) => {
    const evidence = readEvidence(pod);
    if (objects.neighbours.has(`${evidence.pod.namespace}/${evidence.pod.name}`)) return [];
    return readPulls(evidence)
      .filter(({ attempt }) => named || attempt.progress === "failed")
      .map(({ image, attempt }) => ({
        evidence,
        image: image.image,
        lacksContent: attempt.failure?.reading.kind === "content-missing",
      }));
  });
}
