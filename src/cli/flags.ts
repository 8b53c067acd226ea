import type { Command } from "commander";
import type { ConnectionOptions } from "../gather/connection/connection-options.ts";
import { withoutUserInfo } from "../gather/connection/http/server-url.ts";
import { UserError } from "../user-error.ts";
import { type Flag, flagIn } from "./flag-table.ts";

/** Teaches a command flags of the table. */
export function addFlags(command: Command, flags: readonly Flag[]): Command {
  for (const { name, letter, value, description, many, fallback } of flags) {
    const spelling = `${letter === undefined ? "" : `-${letter}, `}--${name}${value === undefined ? "" : ` <${value}>`}`;
    const option = command.createOption(spelling, description);
    if (fallback !== undefined) option.default(fallback);
    if (many !== undefined)
      option.argParser((given: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        ...(many === "commas" ? given.split(",").filter((part) => part !== "") : [given]),
      ]);
    command.addOption(option);
  }
  return command;
}

export interface ConnectionFlags extends Omit<ConnectionOptions, "verbosity"> {
  readonly v?: string;
}

export interface DiagnoseFlags extends ConnectionFlags {
  readonly output: string;
  readonly filename?: readonly string[];
  readonly container?: string;
  readonly allNamespaces?: boolean;
  readonly contexts?: readonly string[];
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly saveBundle?: string;
  /** A duration as kubectl's --request-timeout. */
  readonly wait?: string;
  readonly watch?: boolean;
  readonly color: string;
  readonly credentialProviderConfig?: string;
  readonly probe?: boolean;
  readonly trustRealm?: readonly string[];
  readonly registryCa?: string;
  readonly plainHttp?: readonly string[];
}

export interface CanPullFlags extends DiagnoseFlags {
  readonly serviceaccount?: string;
  readonly imagePullSecret?: readonly string[];
  readonly platform?: string;
  /** `--server` without a value. */
  readonly admission?: boolean;
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
    ...value("--server", flags.server === undefined ? undefined : withoutUserInfo(flags.server)),
    ...value("--as", flags.as),
    ...(flags.asGroup ?? []).flatMap((group) => ["--as-group", group]),
    ...value("--certificate-authority", flags.certificateAuthority),
    ...value("--tls-server-name", flags.tlsServerName),
    ...(flags.insecureSkipTlsVerify === true ? ["--insecure-skip-tls-verify"] : []),
  ];
}

/**
 * pflag, which kubectl reads its command line with, also takes `-n=x`, `--flag=true` and `--flag=false` (Go's
 * strconv.ParseBool). The value of a flag is left alone, whatever it looks like.
 */
export function asCommanderReads(words: readonly string[], flags: readonly Flag[]): readonly string[] {
  const read: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") return [...read, ...words.slice(at)];
    const found = flagIn(word, flags);
    if (found === undefined) read.push(word);
    else if (found.flag.value !== undefined && found.value !== undefined)
      read.push(`--${found.flag.name}=${found.value}`);
    else if (found.flag.value !== undefined) {
      read.push(word, ...words.slice(at + 1, at + 2));
      at += 1;
    } else read.push(...booleanWords(word, found.value));
  }
  return read;
}

/** `-Ah` is two flags. Throws UserError for a value that is neither true nor false. */
function booleanWords(word: string, value: string | undefined): readonly string[] {
  if (value === undefined || !word.includes("=")) return [word];
  const name = word.slice(0, word.indexOf("="));
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return [name];
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return [];
  throw new UserError(`invalid value for ${name}: true or false is needed, not "${value}"`, undefined, 2);
}
