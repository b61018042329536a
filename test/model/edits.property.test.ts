/** No edit at any path, of any value, makes a stage throw: there is a model, or a diagnostic. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { extended } from "./model-of.ts";

const words = (text: string) => fc.constantFrom(...text.split(" "));

const path = fc
  .tuple(
    words("backbone rpn regions train input detect mask stem"),
    fc.array(
      words(
        ".c2 .first .conv1 .rest [0] [1] .norm1 .head .trunk .fc6 .relu .2 .p2 .smooth .kernel .anchors .sizes .ratios .optimizer .at .label .box .add",
      ),
      { maxLength: 4 },
    ),
  )
  .map(([first, steps]) => first + steps.join(""));

const value = fc.constantFrom(
  ...[
    "conv(3x3, 8)",
    "relu",
    "3",
    "[1, 2]px",
    "groupNorm(4)",
    "twoDense(5)",
    "dense(4) as x -> relu",
    "input",
  ],
  ...["repeat 2 { return input -> relu }", "{ a = 1 }", "normal(0.1)", "rpn.sample.count", "none", "rpnHead"],
  ...[
    "if input.channels > 3 { return input -> relu } else { return input }",
    "train.batch * 2px",
    "backbone",
  ],
);

const edit = fc.oneof(
  fc.tuple(words("replace append"), path, value).map(([action, at, by]) => `${action} ${at} = ${by}`),
  fc.tuple(value, words("before after"), path).map(([by, side, at]) => `insert ${by} ${side} ${at}`),
  path.map((at) => `remove ${at}`),
  fc.tuple(path, value).map(([at, by]) => `${at} = ${by}`),
  fc.tuple(path, value).map(([at, by]) => `replace ${at} { a = ${by} }`),
);

test("edits end in a model or in diagnostics", async () => {
  const changes = fc.array(edit, { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(changes, async (edits) => {
    const { model, diagnostics } = await extended(edits.join("\n"));
    expect(model !== undefined || diagnostics.length > 0).toBe(true);
  });
  await fc.assert(property, { numRuns: 120 });
}, 120_000);
