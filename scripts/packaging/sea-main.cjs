"use strict";
// The main script of the single executable. The bundle's files are functions in scripts (script.ts), which are assets; `places.json` says which file is in
// which. Beside a script may stand `NAME.cache`, V8's code cache made after a representative run (code-cache.ts). V8 refuses a cache of another build by
// itself: then the script is compiled as it would be without one.
const { getAsset, getAssetKeys, getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const assets = new Set(getAssetKeys());
const places = JSON.parse(getAsset("places.json", "latin1"));
const modules = new Map();
const tables = new Map();

function tableOf(name) {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const cache = `${name}.cache`;
  const script = new Script(getAsset(name, "latin1"), {
    filename: name,
    cachedData: assets.has(cache) ? Buffer.from(getRawAsset(cache)) : undefined,
  });
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

// Whom to trust is the kubeconfig's business; Node would warn of this one even where it is overruled.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
// Nothing is left to do or to write: ending here saves taking the engine apart.
process.once("beforeExit", (code) => process.exit(code));
load("kubectl-why_pull.cjs");
