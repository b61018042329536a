/** All commands by their names; oclif reads this list and no folder. */
import BenchmarkCommand from "./benchmark.ts";
import Check from "./check.ts";
import Compile from "./compile.ts";
import Convert from "./convert.ts";
import Demo from "./demo.ts";
import Diff from "./diff.ts";
import Doctor from "./doctor.ts";
import Evaluate from "./evaluate.ts";
import Explain from "./explain.ts";
import Export from "./export.ts";
import Format from "./format.ts";
import Import from "./import.ts";
import Init from "./init.ts";
import Inspect from "./inspect.ts";
import LanguageServer from "./lsp.ts";
import NativeInstall from "./native/install.ts";
import Predict from "./predict.ts";
import ProfileCommand from "./profile.ts";
import Sweep from "./sweep.ts";
import Table from "./table.ts";
import Train from "./train.ts";

export const commands = {
  check: Check,
  inspect: Inspect,
  init: Init,
  compile: Compile,
  train: Train,
  evaluate: Evaluate,
  predict: Predict,
  import: Import,
  export: Export,
  benchmark: BenchmarkCommand,
  profile: ProfileCommand,
  sweep: Sweep,
  table: Table,
  demo: Demo,
  doctor: Doctor,
  "native:install": NativeInstall,
  format: Format,
  convert: Convert,
  explain: Explain,
  diff: Diff,
  lsp: LanguageServer,
};
