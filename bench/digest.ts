/** Puts an input through what reads it; whatever is wrong must come back as diagnostics. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, readConfig } from "../src/answers/config.ts";
import { createValidator, type Validate } from "../src/check/validate.ts";
import { catalog } from "../src/components/catalog.ts";
import { type Diagnostic, hasErrors, type Result } from "../src/diagnostics/diagnostic.ts";
import { inOrder } from "../src/diagnostics/in-order.ts";
import { render } from "../src/diagnostics/render.ts";
import { checkBundle, loadFile, resolveBundle } from "../src/language.ts";
import { fileHost } from "../src/load/file-host.ts";
import type { Bundle, Host } from "../src/load/load.ts";
import { planBundle } from "../src/sweep/plan.ts";
import { isYaml, parse } from "../src/syntax/parse.ts";
import { convert, format } from "../src/syntax/rewrite.ts";
import { ask } from "./digest/answers.ts";
import { dataReaders, prepareData } from "./digest/data.ts";
import { editing } from "./digest/editor.ts";
import { type Random, randomOf } from "./hostile/random.ts";
import type { Hostile, HostileText } from "./hostile.ts";

const configs = join(import.meta.dirname, "..", "configs");
const goodPath = join(configs, "mask-rcnn-nuclei.rcnn");

/** What is there before the first input. */
export interface Table {
  readonly depth: number;
  readonly validate: Validate;
  /** A config without mistakes, to change and to compare with. */
  readonly good: Bundle;
  readonly goodConfig: Config;
  readonly edit: ReturnType<typeof editing>;
  /** A folder for files of inputs. */
  readonly scratch: string;
  readonly close: () => void;
}

/** How far an input came, and what was said of it: the code of the first error, or `right`. */
export interface Outcome {
  readonly readers: readonly string[];
  readonly verdict: string;
}

/** With a `depth` of 1 most texts are read lightly; with more, as many times more go through the later stages. */
export async function setTable(depth = 1): Promise<Table> {
  const scratch = mkdtempSync(join(tmpdir(), "rcnn-digest-"));
  await prepareData(scratch);
  const validate = createValidator(catalog);
  return {
    depth,
    validate,
    good: (await loadFile(goodPath)).value!,
    goodConfig: (await readConfig(goodPath, { validate })).value!,
    edit: editing(reachable),
    scratch,
    close: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** The library alone is in reach, whatever the input asks for. */
const reachable: Host = {
  read: async (path) => {
    if (!path.startsWith(`${configs}/`)) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
};

const hostOf = ({ name, text }: HostileText): Host => ({
  read: (path) => (path === name ? Promise.resolve(text) : reachable.read(path)),
});

/** Of the texts that are made in one way, those that go through all stages: sound ones of large models take their time. */
const wholeShares: Readonly<Record<string, number>> = {
  "cut and mixed": 0.06,
  spliced: 0.04,
  "from the grammar": 0.15,
  grown: 1,
};

/** Throws where the product does, or where it stays silent about what it cannot use. `seed` says which readers it meets. */
export async function digest(input: Hostile, seed: number, table: Table): Promise<Outcome> {
  const random = randomOf(~seed);
  switch (input.kind) {
    case "text":
      return digestText(input, random.chance(table.depth * wholeShares[input.generator]!), random, table);
    case "set":
      return outcome(
        ["--set"],
        resolveBundle(table.good, { set: [input.override], validate: table.validate }),
      );
    case "bytes":
      return digestBytes(input.name, input.bytes, table);
    case "data":
      return outcome([input.file.kind], await dataReaders[input.file.kind](input.file.bytes, table.scratch));
  }
}

/** The same for a text alone; without `isWhole` it is parsed, formatted and converted only. */
export async function digestText(
  input: HostileText,
  isWhole: boolean,
  random: Random,
  table: Table,
): Promise<Outcome> {
  const read = parse(input);
  if (!hasErrors(read.diagnostics) && (isWhole || random.chance(0.2))) rewrite(input);
  if (random.chance(table.depth * 0.004)) await table.edit(input, random);
  if (!isWhole) return outcome(["parse"], read);
  const { value: bundle, diagnostics: found } = await loadFile(input.name, hostOf(input));
  if (!bundle) return outcome(["load"], { diagnostics: found });
  const resolved = checkBundle(bundle, { validate: table.validate });
  const diagnostics = inOrder([...found, ...resolved.diagnostics]);
  // Each point is a model.
  const plan = random.chance(table.depth * 0.05) ? planBundle(bundle, {}) : undefined;
  const isPlanned = plan !== undefined && plan.value?.length !== 0;
  if (isPlanned) outcome([], plan);
  const said = outcome(isPlanned ? ["resolve", "sweep"] : ["resolve"], { ...resolved, diagnostics });
  if (!resolved.value && !hasErrors(diagnostics)) throw new Error("no model and no errors");
  if (!resolved.value || hasErrors(diagnostics) || !random.chance(table.depth * 0.5)) return said;
  const config = await readConfig(input.name, { validate: table.validate }, hostOf(input));
  ask(config.value!, table.goodConfig, random);
  return { ...said, readers: [...said.readers, "explain, diff, resolved"] };
}

/** A file may hold any bytes. */
async function digestBytes(name: HostileText["name"], bytes: Uint8Array, table: Table): Promise<Outcome> {
  const path = join(table.scratch, name);
  writeFileSync(path, bytes);
  return outcome(["file"], await loadFile(path, fileHost));
}

/** Every diagnostic has its place in the text and can be shown; a stage without a value says why. */
function outcome(readers: readonly string[], { value, diagnostics }: Result<unknown>): Outcome {
  if (value === undefined && diagnostics.length === 0) throw new Error("nothing is given and nothing said");
  for (const diagnostic of diagnostics) checkPlace(diagnostic);
  for (const diagnostic of diagnostics.slice(0, 20)) render(diagnostic);
  return { readers, verdict: diagnostics.find(({ severity }) => severity === "error")?.code ?? "right" };
}

function checkPlace({ code, span }: Diagnostic): void {
  if (!span) return;
  const isIn = 0 <= span.start && span.start <= span.end && span.end <= span.source.text.length;
  if (!isIn) throw new Error(`${code} is at ${span.start}..${span.end} of ${span.source.text.length}`);
}

/** Formatting twice is formatting once; what is converted formats to itself. */
function rewrite(input: HostileText): void {
  const once = format(input).value;
  if (once === undefined) throw new Error("a sound text is not formatted");
  const twice = format({ ...input, text: once }).value;
  if (twice !== once) throw new Error("formatting again changes the text");
  const other = convert(input).value;
  if (other === undefined) return;
  const name = isYaml(input.name) ? "m.rcnn" : "m.yaml";
  if (format({ name, text: other }).value === undefined) throw new Error("what was converted is not sound");
}
