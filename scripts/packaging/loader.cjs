"use strict";
// Runs the program out of scripts (script.ts).
const { Script } = require("node:vm");

/** `places` says in which script a file of the bundle is; `read` gives a script's code. */
exports.runProgram = function runProgram(places, read) {
  const modules = new Map();
  const tables = new Map();

  function tableOf(name) {
    const known = tables.get(name);
    if (known !== undefined) return known;
    const table = new Script(read(name), { filename: name }).runInThisContext();
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
};
