"use strict";
// The main script of the single executable. Beside a script may stand `NAME.cache`, V8's code cache made after a representative run (code-cache.ts).
const { getAsset, getAssetKeys, getRawAsset } = require("node:sea");
const { runProgram } = require("./loader.cjs");

const assets = new Set(getAssetKeys());
const cacheOf = (name) => (assets.has(name) ? Buffer.from(getRawAsset(name)) : undefined);
runProgram(JSON.parse(getAsset("places.json", "latin1")), (name) => ({
  code: getAsset(name, "latin1"),
  cache: cacheOf(`${name}.cache`),
}));
