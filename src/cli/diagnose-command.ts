import type { Diagnosis } from "../diagnose.ts";
import { text } from "../evidence/field.ts";
import { indexObjects, type Objects } from "../evidence/objects.ts";
import { askCluster, type Gathered, startProbing } from "./ask-cluster.ts";
import { processEnvironment } from "../gather/connection/environment.ts";
import { nearNames } from "../text/near-names.ts";
import { printable } from "../text/printable.ts";
import { bundleSaver } from "./bundle-saver.ts";
import { UserError } from "../user-error.ts";
import { build } from "../version.ts";
import { complainOf } from "./complaint.ts";
import { type ConnectionFlags, type DiagnoseFlags, kubectlFlags } from "./flags.ts";
import { type Format, parseColor, parseFormat, render } from "./output.ts";
import { withSpinner } from "./spinner.ts";
import type { Terminal } from "./terminal.ts";

/** Diagnoses what is asked for and prints it. Returns the exit code: 1 when a pull fails. */
export async function diagnoseCommand(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<number> {
  const format = parseFormat(flags.output);
  const style = { format, color: parseColor(flags.color), everywhere: flags.allNamespaces === true };
  const save = await bundleSaver(flags, terminal);
  const gathered =
    flags.filename === undefined
      ? await withSpinner(terminal, "Asking the cluster", (say) => fromCluster(words, flags, terminal, say))
      : await fromFiles(words, flags, terminal);
  const { isFailing } = await import("../diagnose.ts");
  const { diagnoses, documents, noPods, errors = [], unasked = [], seen } = gathered;
  save(documents);
  if (noPods !== undefined) {
    const isForPeople = format === "text" || format === "wide" || format === "markdown";
    if (isForPeople) terminal.write(printable(`No failing pull: ${noPods}\n`));
    else {
      terminal.write(await render([], style, terminal));
      terminal.complain(printable(`No failing pull: ${noPods}\n`));
    }
    return 0;
  }
  const shown =
    flags.container === undefined
      ? diagnoses
      : diagnoses.filter((d) => d.pull.image.container === flags.container);
  if (flags.container !== undefined && shown.length === 0)
    refuseUnknown(flags.container, diagnoses, seen?.containers ?? new Set());
  const isForReading = format === "text" || format === "wide";
  const report =
    shown.length === 0 && seen !== undefined && isForReading
      ? `No failing pull in ${seen.pods === 1 ? "1 Pod" : `${inThousands(seen.pods)} Pods`}.\n`
      : await render(shown, style, terminal);
  const rest = unasked.length > 0 && isForReading ? printable(`\nNot asked: ${unasked.join(", ")}.\n`) : "";
  if (diagnoses.length > 0 || seen !== undefined || errors.length === 0)
    await show(report + rest, format, terminal);
  for (const error of errors) complainOf(error, terminal);
  if (shown.some(isFailing)) return 1;
  return errors.length > 0 ? 3 : 0;
}

async function show(report: string, format: Format, terminal: Terminal): Promise<void> {
  if (terminal.stdoutIsTerminal && (format === "text" || format === "wide")) {
    const { writeLong } = await import("./pager.ts");
    await writeLong(report, terminal);
  } else terminal.write(report);
}

async function fromFiles(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
): Promise<Gathered> {
  if (flags.allNamespaces === true || flags.selector !== undefined || flags.fieldSelector !== undefined)
    throw new UserError("-f cannot be combined with -A, -l or --field-selector", undefined, 2);
  const { readFiles } = await import("../gather/files/files.ts");
  const extra = flags.credentialProviderConfig === undefined ? [] : [flags.credentialProviderConfig];
  const probing =
    flags.probe === true
      ? await startProbing(flags, processEnvironment(build.version, terminal.signal))
      : undefined;
  const read = await readFiles([...(flags.filename ?? []), ...extra], terminal.input, probing?.gate);
  const documents = probing === undefined ? read : [...read, ...(await probing.ask(read, words.length > 0))];
  const objects = indexObjects(documents);
  if (objects.pods.length === 0)
    throw new UserError(
      `no Pod in ${(flags.filename ?? []).join(", ")}`,
      "Add the Pod: kubectl get pod NAME -o yaml --show-managed-fields",
      3,
    );
  const { diagnose } = await import("../diagnose.ts");
  const { namespace } = flags;
  const errors: Error[] = [];
  const pods = words.length === 0 ? undefined : await podsNamed(words, objects, namespace, errors);
  const diagnoses = diagnose(objects, {
    ...(namespace === undefined ? {} : { namespace }),
    ...(pods === undefined ? {} : { pods }),
    ...flagsGiven(flags),
  });
  if (diagnoses.length === 0 && pods === undefined && namespace !== undefined)
    throw noPodOf(namespace, objects, flags.filename ?? []);
  return { diagnoses, documents, errors };
}

/** As `namespace/name`; one that is missing is among the errors, and does not hide the others. */
async function podsNamed(
  words: readonly string[],
  objects: Objects,
  namespace: string | undefined,
  errors: Error[],
): Promise<readonly string[]> {
  const { podsInFiles } = await import("../gather/files/file-targets.ts");
  return words.flatMap((word) => {
    try {
      return podsInFiles([word], objects, namespace);
    } catch (error) {
      if (!(error instanceof UserError) || words.length === 1) throw error;
      errors.push(error);
      return [];
    }
  });
}

/** A namespace that is misspelt must not read as one in which nothing fails. */
function noPodOf(namespace: string, objects: Objects, files: readonly string[]): UserError {
  const known = [...new Set(objects.pods.map((pod) => text(pod, "metadata", "namespace") ?? "default"))];
  return new UserError(
    `no Pod of namespace ${namespace} in ${files.join(", ")}`,
    `There are Pods of ${known.slice(0, 8).join(", ")}.`,
    3,
  );
}

/** Flags printed in commands: of this run, else those the bundle was made with. */
function flagsGiven(flags: ConnectionFlags): { kubectlFlags?: readonly string[] } {
  const given = kubectlFlags(flags);
  return given.length === 0 ? {} : { kubectlFlags: given };
}

/** A container that no Pod has is misspelt; one that no failing Pod has does not fail. */
function refuseUnknown(name: string, diagnoses: readonly Diagnosis[], seen: ReadonlySet<string>): void {
  const known = [...new Set([...diagnoses.map(({ pull }) => pull.image.container), ...seen])];
  if (known.length === 0 || known.includes(name)) return;
  const near = nearNames(name, known);
  throw new UserError(
    `no container or image volume ${name}`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There is ${known.slice(0, 8).join(", ")}.`,
    3,
  );
}

async function fromCluster(
  words: readonly string[],
  flags: DiagnoseFlags,
  terminal: Terminal,
  say: (text: string) => void,
): Promise<Gathered> {
  const told = (seen: number, failing: number): void =>
    say(`${inThousands(seen)} Pods, ${inThousands(failing)} failing`);
  const ask = flags.contexts === undefined ? askCluster : (await import("./ask-fleet.ts")).askFleet;
  const config = flags.credentialProviderConfig;
  if (config === undefined) return ask(words, flags, [], terminal, told);
  const { readFiles } = await import("../gather/files/files.ts");
  return ask(words, flags, await readFiles([config], terminal.input), terminal, told);
}

/** `4,000`; Intl's tables would take longer to load than the answer. */
function inThousands(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
