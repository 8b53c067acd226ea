import type { Command } from "commander";
import { Option } from "commander";
import type { ConnectionOptions } from "../gather/connection/connection-options.ts";

/** kubectl's global flags, with kubectl's names and meaning. */
export function addConnectionFlags(command: Command): Command {
  const add = (flags: string, description: string): void => {
    command.addOption(new Option(flags, description).hideHelp());
  };
  command
    .option("-n, --namespace <name>", "namespace of the Pods")
    .option("--context <name>", "kubeconfig context")
    .option("--kubeconfig <file>", "kubeconfig file");
  add("--cluster <name>", "");
  add("--user <name>", "");
  add("-s, --server <url>", "");
  add("--token <token>", "");
  add("--as <user>", "");
  command.addOption(new Option("--as-group <group>", "").argParser(collect).hideHelp());
  add("--as-uid <uid>", "");
  command.addOption(new Option("--as-user-extra <key=value>", "").argParser(collect).hideHelp());
  add("--certificate-authority <file>", "");
  add("--client-certificate <file>", "");
  add("--client-key <file>", "");
  add("--insecure-skip-tls-verify", "");
  add("--tls-server-name <name>", "");
  add("--request-timeout <duration>", "");
  add("--username <name>", "");
  add("--password <password>", "");
  add("--disable-compression", "");
  add("--cache-dir <folder>", "");
  add("-v, --v <level>", "");
  return command;
}

export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(",")];
}

export interface ConnectionFlags extends Omit<ConnectionOptions, "verbosity"> {
  readonly v?: string;
}

export function connectionOptions({ v, ...flags }: ConnectionFlags): ConnectionOptions {
  const verbosity = v === undefined ? undefined : Number.parseInt(v, 10);
  return { ...flags, ...(verbosity === undefined || Number.isNaN(verbosity) ? {} : { verbosity }) };
}

/** Flags of the command line that a printed kubectl command needs to reach the same cluster as the same user. */
export function kubectlFlags(flags: ConnectionFlags): readonly string[] {
  const value = (name: string, given: string | undefined): readonly string[] =>
    given === undefined || given === "" ? [] : [name, given];
  return [
    ...value("--kubeconfig", flags.kubeconfig),
    ...value("--context", flags.context),
    ...value("--cluster", flags.cluster),
    ...value("--user", flags.user),
    ...value("--server", flags.server),
    ...value("--as", flags.as),
    ...(flags.asGroup ?? []).flatMap((group) => ["--as-group", group]),
    ...value("--certificate-authority", flags.certificateAuthority),
    ...value("--tls-server-name", flags.tlsServerName),
    ...(flags.insecureSkipTlsVerify === true ? ["--insecure-skip-tls-verify"] : []),
  ];
}

const booleans = new Set([
  "--insecure-skip-tls-verify",
  "--disable-compression",
  "--all-namespaces",
  "--help",
  "--version",
]);

/** pflag, which kubectl reads its command line with, also takes `-n=x`, `--flag=true` and `--flag=false`. */
export function asCommanderReads(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.flatMap((word, index) => {
    if (end >= 0 && index > end) return [word];
    const short = /^-([a-zA-Z])=([^]*)$/.exec(word);
    if (short !== null) return [`-${short[1]}`, short[2] ?? ""];
    const [name = "", given] = [
      word.split("=")[0],
      word.includes("=") ? word.slice(word.indexOf("=") + 1) : undefined,
    ];
    if (!booleans.has(name) || given === undefined) return [word];
    return /^(1|t|T|true|TRUE|True)$/.test(given)
      ? [name]
      : /^(0|f|F|false|FALSE|False)$/.test(given)
        ? []
        : [word];
  });
}
