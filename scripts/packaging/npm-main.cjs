"use strict";
// The main script of the npm package. What V8 compiled is kept in the user's folder for caches after the first answer, since compiling is a third of what an
// answer takes; Node's own module.enableCompileCache keeps only what is compiled before a file's first line has run. Where nothing can be written, nothing is.
const {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const { isAbsolute, join } = require("node:path");
const { runProgram } = require("./loader.cjs");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `error: kubectl why-pull needs Node 22.15 or newer, and this is ${process.versions.node}\n`,
  );
  process.exit(3);
}
const { places, build } = JSON.parse(readFileSync(join(__dirname, "places.json"), "utf8"));
const folder = cacheFolder();
const suffix = `${build}-${process.version}-${process.arch}.cache`;
const compiled = new Map();

/** XDG base directories, Apple's and Microsoft's places for what can be made anew. A home that is not there is not made. */
function cacheFolder() {
  const { HOME = "", LOCALAPPDATA = "", XDG_CACHE_HOME = "" } = process.env;
  const places = { win32: [LOCALAPPDATA], darwin: [HOME, "Library/Caches"] };
  const [home, ...below] = isAbsolute(XDG_CACHE_HOME)
    ? [XDG_CACHE_HOME]
    : (places[process.platform] ?? [HOME, ".cache"]);
  return isAbsolute(home) && existsSync(home) ? join(home, ...below, "kubectl-why-pull") : undefined;
}

/** V8 runs what it is given without a look: what another user can write, in a folder for caches that is shared, is not ours. */
const ours = ({ uid, mode }) =>
  process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);

function cacheOf(name) {
  if (folder === undefined) return undefined;
  let file;
  try {
    file = openSync(join(folder, `${name}-${suffix}`));
    return ours(fstatSync(file)) ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Only after an answer: what an early end leaves uncompiled would be compiled again each time. */
function keep(exitCode) {
  const fresh = [...compiled].filter(([, script]) => script.cachedDataRejected !== false);
  if (folder === undefined || exitCode > 1 || fresh.length === 0) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!ours(lstatSync(folder))) return;
    for (const old of readdirSync(folder))
      if (old.endsWith(".cache") && !old.endsWith(suffix)) rmSync(join(folder, old));
    for (const [name, script] of fresh) {
      const file = join(folder, `${name}-${suffix}`);
      // Another run may write the same at this moment.
      writeFileSync(`${file}.${process.pid}`, script.createCachedData(), { mode: 0o600 });
      renameSync(`${file}.${process.pid}`, file);
    }
  } catch {
    // The next run is as slow as this one was.
  }
}

runProgram(
  places,
  (name) => ({ code: readFileSync(join(__dirname, name), "latin1"), cache: cacheOf(name) }),
  (name, script) => compiled.set(name, script),
);
process.on("exit", keep);
