#!/usr/bin/env node
import "../dist/src/support/node-compatibility.js";
import { execute } from "@oclif/core";

await execute({ dir: import.meta.url });
