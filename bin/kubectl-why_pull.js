#!/usr/bin/env node
"use strict";
// Compiled code is kept in the folder for temporary files; where nothing can be written, Node goes on without.
require("node:module").enableCompileCache();
require("../dist/npm/kubectl-why_pull.cjs");
