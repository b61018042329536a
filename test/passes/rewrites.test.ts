/** Each `<pass>/<case>.before.ir` becomes `<case>.after.ir`, which computes the same. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readGraph } from "../../src/ir/read.ts";
import { printGraph } from "../../src/ir/text.ts";
import type { Graph } from "../../src/ir/types.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { eliminateCommonSubexpressions } from "../../src/passes/eliminate-common-subexpressions.ts";
import { eliminateDeadCode } from "../../src/passes/eliminate-dead-code.ts";
import { foldBatchNorm } from "../../src/passes/fold-batch-norm.ts";
import { foldConstants } from "../../src/passes/fold-constants.ts";
import { simplifyArithmetic } from "../../src/passes/simplify-arithmetic.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const passes = [
  eliminateCommonSubexpressions,
  eliminateDeadCode,
  foldBatchNorm,
  foldConstants,
  simplifyArithmetic,
];
const cases = passes.flatMap((pass) =>
  readdirSync(join(folder, pass.name))
    .filter((file) => file.endsWith(".before.ir"))
    .map((file) => ({ pass, path: join(folder, pass.name, file), title: `${pass.name}: ${file}` })),
);

function read(path: string): Graph {
  const { value, diagnostics } = readGraph({ name: path, text: readFileSync(path, "utf8") });
  expect(diagnostics).toEqual([]);
  return value!;
}

/** Positive, so that a variance and a root are defined. */
const feedsOf = (graph: Graph): Record<string, number[]> =>
  Object.fromEntries(
    [...graph.inputs, ...graph.parameters].map(({ name, value: { type } }, k) => {
      const size = type.shape.reduce((a, b) => a * b, 1);
      return [name, Array.from({ length: size }, (_, i) => 1.5 + Math.sin(3 * i + k))];
    }),
  );

test.each(cases)(
  "$title is rewritten to what the file says, and computes the same",
  async ({ pass, path }) => {
    const before = read(path);
    const after = pass.run(before);
    await expect(printGraph(after)).toMatchFileSnapshot(path.replace(".before.ir", ".after.ir"));
    const [expected, found] = [before, after].map((graph) =>
      interpret(graph, feedsOf(before), { precision: "f64" }),
    );
    for (const kind of ["outputs", "updates"] as const) {
      expect(Object.keys(found![kind])).toEqual(Object.keys(expected![kind]));
      for (const [name, { data, type }] of Object.entries(expected![kind])) {
        expect(found![kind][name]!.type).toEqual(type);
        data.forEach((value, i) => {
          expect(found![kind][name]!.data[i]).toBeCloseTo(value, 6);
        });
      }
    }
  },
);

test.each(cases)("$title: a second run finds nothing to do and gives the same graph", ({ pass, path }) => {
  const once = eliminateDeadCode.run(pass.run(read(path)));
  const twice = pass.run(once);
  expect(printGraph(twice)).toBe(printGraph(once));
});
