#!/usr/bin/env node
"use strict";
require("../dist/npm/main.cjs");
