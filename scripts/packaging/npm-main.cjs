"use strict";
// The main script of the npm package.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runProgram } = require("./loader.cjs");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `error: kubectl why-pull needs Node 22.15 or newer, and this is ${process.versions.node}\n`,
  );
  process.exit(3);
}
const read = (name) => readFileSync(join(__dirname, name), "latin1");
runProgram(read);
