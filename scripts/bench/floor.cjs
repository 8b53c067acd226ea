"use strict";
// The least that a program of Bun needs for the requests of a plain answer: its own client, HTTP/2, nothing done with what comes.
const { readFileSync, writeSync } = require("node:fs");
const { server, rounds, ca, cert, key } = JSON.parse(readFileSync(process.argv[2], "utf8"));

void (async () => {
  let bytes = 0;
  for (const paths of rounds) {
    const answers = paths.map(async (path) => {
      const answer = await fetch(server + path, { protocol: "http2", tls: { ca, cert, key } });
      return JSON.stringify(await answer.json()).length;
    });
    for (const length of await Promise.all(answers)) bytes += length;
  }
  writeSync(1, `${bytes}\n`);
  process.exit(0);
})();
