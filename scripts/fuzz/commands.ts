import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAdmitted } from "../../src/rules/fix/safe-words.ts";

/** The stand-in for kubectl and the clouds' programs: it writes down its words, and says what a command may go on with. */
const standIn = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$@" "\u0001" >> "$WORDS"
case "$*" in *readyReplicas*) echo 1 ;; *) echo '{}' ;; esac
`;

const username = "user with $(touch pwned) 'and' more";
const password = 'pass"word\\ `touch pwned`;*';

/** Shells that the commands are run in; what is not on this machine is named in the result. */
const shells = [
  ["bash", ["bash"]],
  ["sh", ["sh"]],
  ["dash", ["dash"]],
  ["busybox sh", ["busybox", "sh"]],
] as const;

export interface Ran {
  /** Runs of a command in a shell. */
  readonly runs: number;
  /** Words that the stand-ins wrote down. */
  readonly words: number;
  readonly shells: readonly string[];
  readonly absent: readonly string[];
  readonly faults: readonly string[];
}

/** All that a printed command may call, but what every shell has. */
const programs = [
  "kubectl",
  "aws",
  "gcloud",
  "az",
  "docker",
  "kind",
  "k3d",
  "minikube",
  "microk8s",
  "sudo",
] as const;

/** Runs each command in each shell, in a folder where anything that is made shows, and looks at every word that a program was given. */
export function runCommands(commands: readonly string[]): Ran {
  const place = mkdtempSync(join(tmpdir(), "why-pull-fuzz-"));
  const [bin, folder] = [join(place, "bin"), join(place, "folder")];
  mkdirSync(bin);
  mkdirSync(folder);
  for (const name of programs) {
    writeFileSync(join(bin, name), standIn);
    chmodSync(join(bin, name), 0o755);
  }
  const there = shells.filter(
    ([, [program]]) =>
      spawnSync(program, ["-c", ":"]).status !== null ||
      (program === "busybox" && spawnSync("busybox", ["true"]).status === 0),
  );
  const faults: string[] = [];
  let words = 0;
  for (const command of commands) {
    const checked = spawnSync("bash", ["-n", "-c", command], { encoding: "utf8" });
    if (checked.status !== 0) faults.push(`bash -n refuses: ${command}`);
  }
  for (const [name, [program, ...first]] of there) {
    for (let from = 0; from < commands.length; from += 40) {
      const some = commands.slice(from, from + 40);
      const log = join(place, "words");
      writeFileSync(log, "");
      const env = {
        PATH: `${bin}:/usr/bin:/bin`,
        WORDS: log,
        REGISTRY_USERNAME: username,
        REGISTRY_PASSWORD: password,
      };
      // A subshell for each: what ends one does not end the others.
      const script = 'for command; do (eval "$command"); printf "\\002\\0" >> "$WORDS"; done';
      spawnSync(program, [...first, "-c", script, "sh", ...some], { cwd: folder, env, stdio: "ignore" });
      const said = readFileSync(log, "utf8").split("\u0002\0");
      for (const [index, command] of some.entries()) {
        const calls = (said[index] ?? "")
          .split("\u0001\0")
          .filter((call) => call !== "")
          .map((call) => call.split("\0").slice(0, -1));
        words += calls.flat().length;
        const fault =
          calls.length === 0 ? "nothing was run" : calls.map(faultOf).find((one) => one !== undefined);
        if (fault !== undefined) faults.push(`${name}: ${fault}: ${command}`);
      }
      if (existsSync(join(folder, "pwned"))) {
        faults.push(`${name}: code of a name ran in one of:\n${some.join("\n")}`);
        rmSync(join(folder, "pwned"), { recursive: true });
      }
    }
  }
  rmSync(place, { recursive: true });
  return {
    runs: commands.length * there.length,
    words,
    shells: there.map(([name]) => name),
    absent: shells.filter((shell) => !there.includes(shell)).map(([name]) => name),
    faults,
  };
}

/** Flags that the program prints, of kubectl and of the clouds' programs. */
const printed =
  /^(?:-[nolLpf]|--(?:type|patch-file|raw|field-selector|watch|show-managed-fields|ignore-not-found|force|local|server-side|context|region|name|cluster|profile|expose-token|output|query)|--(?:wait|for|timeout|docker-server|field-manager|serviceaccount|clusterrole|role|as|replicas|dry-run)=[^]*|--to-revision=\d+)$/;

/** What is wrong with the words that one program was given. */
function faultOf(words: readonly string[]): string | undefined {
  const flag = words.find(
    (word) => word.startsWith("-") && word !== "-" && !printed.test(word) && !isLogin(word),
  );
  if (flag !== undefined) return `the flag ${JSON.stringify(flag)} came out of a name`;
  const at = words.indexOf("-n");
  if (at >= 0 && !isAdmitted(words[at + 1] ?? "")) return `the namespace ${JSON.stringify(words[at + 1])}`;
  const context = words.indexOf("--context");
  if (context >= 0 && words[context + 1] !== "prod") return "another context";
  const object = words.find(
    (word, index) =>
      /^[a-z]+\/[^/]*$/s.test(word) && words[index - 1] !== "--raw" && !isAdmitted(word.split("/")[1] ?? ""),
  );
  return object === undefined ? undefined : `the object ${JSON.stringify(object)}`;
}

function isLogin(word: string): boolean {
  if (word.startsWith("--docker-username="))
    return [username, "AWS", "oauth2accesstoken"].some((user) => word.endsWith(user)) || /=0{8}-/.test(word);
  return (
    word.startsWith("--docker-password=") && (word.endsWith(password) || word === "--docker-password={}")
  );
}
