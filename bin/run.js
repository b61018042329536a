#!/usr/bin/env node
import "../dist/src/support/node-compatibility.js";

// Only then, as its libraries need what the line above makes up for.
const { execute } = await import("../dist/src/commands/execute.js");
await execute({ dir: import.meta.url });
