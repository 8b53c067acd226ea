"use strict";
// code-cache-run.cjs FOLDER WORDS...: runs the scripts in FOLDER as sea-main.cjs does, leaves a `NAME.cache` for each that was used, and in used.json
// the names of the bundle's files that were.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const [, , folder, ...words] = process.argv;
process.argv = [process.execPath, process.execPath, ...words];
const places = JSON.parse(readFileSync(join(folder, "places.json"), "utf8"));
const modules = new Map();
const scripts = new Map();
const tables = new Map();

function tableOf(name) {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const script = new Script(readFileSync(join(folder, name), "latin1"), { filename: name });
  const table = script.runInThisContext();
  scripts.set(name, script);
  tables.set(name, table);
  return table;
}

function load(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const neighbour = (id) => (id.startsWith("./") ? load(id.slice(2)) : require(id));
  tableOf(places[name])[name](module.exports, neighbour, module, process.execPath, "");
  return module.exports;
}

process.on("exit", () => {
  writeFileSync(join(folder, "used.json"), JSON.stringify([...modules.keys()]));
  for (const [name, script] of scripts)
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
});
load("kubectl-why_pull.cjs");
