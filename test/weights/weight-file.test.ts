/** Tensors of every format are what torch and numpy wrote (test/oracles/weight_files.py). */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeSafetensors } from "../../src/weights/safetensors.ts";
import { readTensor } from "../../src/weights/source-tensor.ts";
import { openWeights } from "../../src/weights/weight-file.ts";
import { temporaryFolder } from "./temporary.ts";

const path = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const golden: Readonly<Record<string, { shape: number[]; values: number[] }>> = JSON.parse(
  readFileSync(path("small.golden.json"), "utf8"),
);
const folder = temporaryFolder();

async function contentOf(file: string) {
  const { value, diagnostics } = await openWeights(file);
  expect(diagnostics).toEqual([]);
  const entries = [...value!.tensors].map(
    async ([name, tensor]) =>
      [name, { shape: tensor.shape, values: [...(await readTensor(tensor))] }] as const,
  );
  const content = Object.fromEntries(await Promise.all(entries));
  await value!.close();
  return { format: value!.format, content };
}

const rounded = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const { shape, values } = golden[name]!;
      return [name, { shape, values: values.map(Math.fround) }];
    }),
  );

test.each([
  ["small.pth", "torch (zip)"],
  ["small.legacy.pth", "torch (before 1.6)"],
])("%s of torch: types, views and parameters", async (name, format) => {
  expect(await contentOf(path(name))).toEqual({ format, content: rounded(Object.keys(golden)) });
});

test.each([2, 3, 4, 5])(
  "a pickle of numpy arrays of protocol %i, in C and in Fortran order",
  async (protocol) => {
    const { format, content } = await contentOf(path(`small.${protocol}.pkl`));
    expect(format).toBe("pickle of numpy arrays");
    const { fortran, ...rest } = content;
    expect(fortran).toEqual({ shape: [2, 3], values: [0, 1, 2, 3, 4, 5] });
    const names = Object.keys(golden).filter((each) => !["brain", "spread", "parameter"].includes(each));
    expect(rest).toEqual(rounded(names));
  },
);

test("a safetensors file whose header's length begins with the byte of a pickle", async () => {
  for (let length = 1; length < 40; length++) {
    const metadata = { note: "x".repeat(length * 8) };
    const tensors = { a: { dtype: "f32", shape: [2], data: Float32Array.of(1, 2) } } as const;
    const file = folder.write(`${length}.safetensors`, writeSafetensors(tensors, metadata));
    expect(await contentOf(file)).toEqual({
      format: "safetensors",
      content: { a: { shape: [2], values: [1, 2] } },
    });
  }
});
