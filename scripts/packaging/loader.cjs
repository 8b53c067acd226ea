"use strict";
// Runs the program out of the files of the bundle, each compiled when it is wanted.
const { Script } = require("node:vm");

/** `read` gives a file's code. */
exports.runProgram = function runProgram(read) {
  const modules = new Map();

  function load(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const neighbour = (id) => (id.startsWith("./") ? load(id.slice(2)) : require(id));
    // A function that is compiled when it is run, and so are those in it: what is never run is never compiled.
    const code = `(function (exports, require, module, __filename, __dirname) {${read(name)}\n})`;
    const run = new Script(code, { filename: name }).runInThisContext();
    run(module.exports, neighbour, module, process.execPath, "");
    return module.exports;
  }

  load("kubectl-why_pull.cjs");
};
