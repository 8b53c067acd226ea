import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../build.ts";
import type { Outcome } from "../e2e-krew.ts";
import { run } from "./command.ts";

/** What is shipped: a file of it, and the command that starts it. */
const programs: Readonly<Record<string, readonly [file: string, command: string]>> = {
  "the npm bundle": ["dist/npm/main.cjs", `${process.execPath} ${join(root, "bin/kubectl-why_pull.js")}`],
  "the executable": [
    "dist/executable/linux_amd64/kubectl-why_pull",
    join(root, "dist/executable/linux_amd64/kubectl-why_pull"),
  ],
};

/** As much of vitest's JSON report as is read. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** Plays test/cli's transcripts with what is shipped; `npm test` plays them with the source. Needs `npm run package` before. */
export async function playTranscripts(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "why-pull-transcripts-"));
  const report = join(folder, "report.json");
  let passed = 0;
  const failed: string[] = [];
  try {
    for (const [name, [file, command]] of Object.entries(programs)) {
      if (!existsSync(join(root, file))) {
        failed.push(`${name}: there is no ${file}: run \`npm run package\` first`);
        continue;
      }
      const words = ["test/cli/transcripts.test.ts", "--testTimeout=60000", "--reporter=json"];
      const env = { ...process.env, WHY_PULL_PROGRAM: command };
      await run(
        join(root, "node_modules/.bin/vitest"),
        ["run", "--root", root, ...words, `--outputFile=${report}`],
        { env },
      );
      const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
      for (const { status, title } of testResults.flatMap(({ assertionResults }) => assertionResults))
        if (status === "passed") passed += 1;
        else failed.push(`${name}: ${title}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { passed, failed };
}
