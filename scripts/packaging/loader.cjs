"use strict";
// Runs the program out of scripts (script.ts).
const { Script } = require("node:vm");

/**
 * `places` says in which script a file of the bundle is; `read` gives a script's `code` and perhaps its `cache`, which V8 refuses by itself when it is of
 * another Node; `compiled` is told of each script that was wanted. Returns the files that were, by name.
 */
exports.runProgram = function runProgram(places, read, compiled) {
  const modules = new Map();
  const tables = new Map();

  function tableOf(name) {
    const known = tables.get(name);
    if (known !== undefined) return known;
    const { code, cache } = read(name);
    const script = new Script(code, { filename: name, cachedData: cache });
    compiled?.(name, script);
    const table = script.runInThisContext();
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

  load("kubectl-why_pull.cjs");
  return modules;
};
