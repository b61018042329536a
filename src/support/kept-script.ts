/** CommonJS scripts whose compiled code is kept in a file beside them: compiling a large one takes longer than its work. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

/** Compiled code is of one version of V8; another takes none of it. */
const compiledFile = (file: string): string => `${file}.${process.versions.v8}.compiled`;

/** What the script at the absolute path `file` exports, anew at each call. */
export function runScript(file: string): unknown {
  const compiled = compiledFile(file);
  if (!existsSync(compiled)) return createRequire(file)(file);
  return exportsOf(scriptOf(file, readFileSync(compiled)), file);
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
