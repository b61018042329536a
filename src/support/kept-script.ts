/** CommonJS scripts whose compiled code is kept in a file beside them: compiling a large one takes longer than its work. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { Script } from "node:vm";

/** Compiled code is of one version of V8; another takes none of it. */
const compiledFile = (file: string): string => `${file}.${process.versions.v8}.compiled`;

/** What the script at the absolute path `file` exports. It runs once, as modules do, and Node keeps it with them. */
export function runScript(file: string): unknown {
  const require = createRequire(file);
  const compiled = compiledFile(file);
  if (!require.cache[file] && existsSync(compiled)) {
    const module = new Module(file);
    module.exports = exportsOf(scriptOf(file, readFileSync(compiled)), file);
    module.loaded = true;
    require.cache[file] = module;
  }
  return require(file);
}

/** Keeps the code of all that `use` calls of the script's exports. */
export function keepCompiled(file: string, use: (exports: unknown) => void): void {
  const script = scriptOf(file);
  use(exportsOf(script, file));
  writeFileSync(compiledFile(file), script.createCachedData());
}

/** As Node wraps it. Code that V8 does not take, of other flags perhaps, is compiled again. */
const scriptOf = (file: string, cachedData?: Buffer): Script =>
  new Script(`(function (exports, require, module) {${readFileSync(file, "utf8")}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });

function exportsOf(script: Script, file: string): unknown {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module);
  return module.exports;
}
