/** The gradient of a filter over a large map, which the native back end computes by matrix products, is the reference's. */
import { afterAll, expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { openNative } from "../../../src/runtime/native/session.ts";
import type { Session } from "../../../src/runtime/session.ts";
import { emitSavedModel } from "../../../src/targets/saved-model/emit.ts";
import { nativeInstalled } from "../../runtime/native/installed.ts";
import { relativeDifference } from "../../runtime/sample-run.ts";

const installed = await nativeInstalled();
let session: Session | undefined;

afterAll(() => session?.close());

test.skipIf(!installed)("two images, a dilated filter, a border of another size on each side", async () => {
  const b = createBuilder("gradient");
  const [x, y, filter] = [
    [2, 60, 280, 64],
    [2, 60, 281, 64],
    [2, 2, 64, 64],
  ] as const;
  const images = b.input("images", { dtype: "f32", shape: x }, "");
  const gradient = b.input("gradient", { dtype: "f32", shape: y }, "");
  const padding = [
    [1, 0],
    [0, 3],
  ];
  const window = { strides: [1, 1], padding, dilations: [1, 2] };
  b.output("filter", b.conv2dFilterGrad(images, gradient, { ...window, filterShape: filter }), "");
  const graph = b.build();
  const model = emitSavedModel({ name: "gradient", functions: { gradient: graph } });
  expect(model.signatures.functions.gradient!.outputs[0]!.shape).toEqual(filter);
  session = await openNative(model, { device: "cpu" });
  const feeds = { images: wave(x, 0.37), gradient: wave(y, 0.73) };
  const found = await session.run("gradient", feeds);
  const expected = interpret(graph, { images: feeds.images.data, gradient: feeds.gradient.data });
  expect(relativeDifference(found.filter!.data, expected.outputs.filter!.data)).toBeLessThan(1e-4);
});

function wave(shape: readonly number[], step: number) {
  const size = shape.reduce((product, side) => product * side, 1);
  return {
    dtype: "f32",
    shape,
    data: Float32Array.from({ length: size }, (_, i) => Math.sin(step * i)),
  } as const;
}
