/** `tsx bench/large-file.ts`: how long a file of ten thousand lines takes to check and to format. */
import "../src/support/node-compatibility.ts";
import { median } from "./run-command.ts";

const { loadFile, resolveBundle } = await import("../src/language.ts");
const { format } = await import("../src/syntax/rewrite.ts");

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

const text = largeText(10_000);
const read = (path: string): Promise<string | undefined> =>
  path === "large.rcnn" ? Promise.resolve(text) : fileHost.read(path);
const { fileHost } = await import("../src/load/file-host.ts");

async function seconds(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    await work();
    times.push((performance.now() - began) / 1000);
  }
  return median(times);
}

const check = async (): Promise<void> => {
  const { value, diagnostics } = await loadFile("large.rcnn", { read });
  const found = value ? [...diagnostics, ...resolveBundle(value, {}).diagnostics] : diagnostics;
  const errors = found.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors[0]!.message);
};

console.log(`check of ${text.split("\n").length} lines   ${((await seconds(check)) * 1000).toFixed(0)} ms`);
const formatted = await seconds(() => format({ name: "large.rcnn", text }));
console.log(`format of the same      ${(formatted * 1000).toFixed(0)} ms`);
