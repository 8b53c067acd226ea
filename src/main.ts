import { run } from "./cli.ts";
import { processTerminal } from "./cli/terminal.ts";
import { endOverdue, prepareRuntime } from "./runtime.ts";

prepareRuntime();
process.exitCode = await run(process.argv.slice(2), processTerminal());
endOverdue();
