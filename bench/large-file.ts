/** `npx tsx bench/large-file.ts`: how long a file of ten thousand lines takes to check and to format. */
import "../src/support/node-compatibility.ts";
import { fileURLToPath } from "node:url";
import { preparedChecks } from "../src/check/prepared-checks.ts";
import { createValidator } from "../src/check/validate.ts";
import { catalog } from "../src/components/index.ts";
import { loadFile, resolveBundle } from "../src/language.ts";
import { fileHost } from "../src/load/file-host.ts";
import { format } from "../src/syntax/rewrite.ts";
import { median } from "./run-command.ts";

/** A small model behind as many blocks as make up the lines. */
export function largeText(lines: number): string {
  const block = (index: number): string =>
    [
      `/// Block ${index}.`,
      `block unit${index}(width: integer = 64, stride: integer = 1) {`,
      `  first  = input -> conv(3x3, width, stride = stride) -> batchNorm -> relu  // ${index}`,
      "  second = first -> conv(3x3, width) -> batchNorm",
      "  return second -> relu",
      "}",
      "",
    ].join("\n");
  const blocks = Array.from({ length: Math.ceil(lines / 7) }, (_, index) => block(index));
  return `use "faster-rcnn-nuclei"\n\n${blocks.join("\n")}\nmodel large extends faster_rcnn_nuclei {\n  rpn { head = rpnHead() }\n}\n`;
}

async function seconds(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    await work();
    times.push((performance.now() - began) / 1000);
  }
  return median(times);
}

/** Median seconds of a check and of a format, by processes that have started. */
export async function largeFileSeconds(
  lines = 10_000,
): Promise<{ readonly check: number; readonly format: number }> {
  const text = largeText(lines);
  const name = "large.rcnn";
  const read = (path: string): Promise<string | undefined> =>
    path === name ? Promise.resolve(text) : fileHost.read(path);
  const validate = createValidator(catalog, preparedChecks());
  const check = async (): Promise<void> => {
    const { value, diagnostics } = await loadFile(name, { read });
    const found = value ? [...diagnostics, ...resolveBundle(value, { validate }).diagnostics] : diagnostics;
    const errors = found.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new Error(errors[0]!.message);
  };
  return { check: await seconds(check), format: await seconds(() => format({ name, text })) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { check, format: formatting } = await largeFileSeconds();
  console.log(`check of 10000 lines   ${(check * 1000).toFixed(0)} ms`);
  console.log(`format of the same     ${(formatting * 1000).toFixed(0)} ms`);
}
