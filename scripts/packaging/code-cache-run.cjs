"use strict";
// code-cache-run.cjs FOLDER WORDS...: runs the scripts in FOLDER as the executable does, leaves a `NAME.cache` for each that was used, and in used.json the
// names of the bundle's files that were.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { runProgram } = require("./loader.cjs");

const [, , folder, ...words] = process.argv;
process.argv = [process.execPath, process.execPath, ...words];
const scripts = new Map();
const modules = runProgram(
  JSON.parse(readFileSync(join(folder, "places.json"), "utf8")),
  (name) => ({ code: readFileSync(join(folder, name), "latin1") }),
  (name, script) => scripts.set(name, script),
);
process.on("exit", () => {
  writeFileSync(join(folder, "used.json"), JSON.stringify([...modules.keys()]));
  for (const [name, script] of scripts)
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
});
