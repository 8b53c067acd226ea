#!/usr/bin/env node
"use strict";
// kubectl runs this with the words behind `why-pull`, the last one empty when a new word begins, and expects Cobra's protocol.
process.argv.splice(2, 0, "__complete");
require("./kubectl-why_pull.js");
