"use strict";
// code-cache-run.cjs FOLDER WORDS...: runs the wrapped files in FOLDER as sea-main.cjs does, and leaves a `name.cjs.cache` for each that was used.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const [, , folder, ...words] = process.argv;
process.argv = [process.execPath, process.execPath, ...words];
const modules = new Map();
const scripts = new Map();

function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const script = new Script(readFileSync(join(folder, name), "latin1"), { filename: name });
  scripts.set(name, script);
  const neighbour = (id) => (id.startsWith("./") ? load(id.slice(2)) : require(id));
  script.runInThisContext()(module.exports, neighbour, module, process.execPath, "");
  return module.exports;
}

process.on("exit", () => {
  for (const [name, script] of scripts)
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
});
load("kubectl-why_pull.cjs");
