/** Whatever gives a feature map may stand in a list of them, and a list of maps has elements. */
import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { extended } from "./model-of.ts";

/** A network whose last convolution reads `maps`. */
const reading = (maps: string) =>
  extended(
    "backbone = odd -> fpn3(16)",
    `network odd -> { c2, c3, c4 } {
       c2   = input -> conv(3x3, 8, stride = 4, padding = same)
       c3   = c2 -> conv(3x3, 8, stride = 2)
       both = [c3, c3 -> relu]
       c4   = ${maps} -> conv(3x3, 8, stride = 2) as last
     }`,
  );

const errorsIn = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);

test.each([
  ["[[c3, c3] -> concat -> conv(1x1, 4), c3] -> concat", 12],
  ["[if 1 > 0 { return c3 } else { return c2 }, c3] -> concat", 16],
  ["[if 1 > 0 { own = c3 -> relu  return own } else { return c2 }, c3] -> concat", 16],
  ["both -> concat", 16],
  ["[both[1], both[0], c3] -> concat", 24],
  ["both[1]", 8],
  ["[c3, c3][0]", 8],
  ["[c3 + c3, (c3 -> relu) + c3] -> concat", 16],
])("%s gives maps with %i channels", async (maps, channels) => {
  const { model, diagnostics } = await reading(maps);
  expect(errorsIn(diagnostics)).toEqual([]);
  const last = model!.backbone.layers.find(({ path }) => path === "backbone.c4.last");
  expect(last!.inputShapes[0]!.channels).toBe(channels);
});

test.each(["both[2]", "both[-1]", "both[0.5]", "[c3, c3][2]"])("%s has no such element", async (maps) => {
  const { diagnostics } = await reading(maps);
  expect(errorsIn(diagnostics)).toEqual(["check/no-such-element"]);
});
