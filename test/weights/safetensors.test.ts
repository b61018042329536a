/** The safetensors reader takes back what the writer wrote and refuses what breaks a rule. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSafetensors, type SavedTensor, writeSafetensors } from "../../src/weights/safetensors.ts";

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const tensor: fc.Arbitrary<SavedTensor> = fc
  .tuple(fc.constantFrom("f32", "i32", "u8", "bool"), shapes)
  .chain(([dtype, shape]): fc.Arbitrary<SavedTensor> => {
    const length = shape.reduce((a, b) => a * b, 1);
    const size = { minLength: length, maxLength: length };
    if (dtype === "f32") return fc.float32Array(size).map((data) => ({ dtype, shape, data }));
    if (dtype === "i32") return fc.int32Array(size).map((data) => ({ dtype, shape, data }));
    return fc.uint8Array(size).map((data) => ({ dtype, shape, data }));
  });
const names = fc
  .string({ unit: "grapheme" })
  .filter((name) => name !== "__metadata__" && name !== "__proto__");
const files = fc.dictionary(names, tensor, { noNullPrototype: true });

/** A file with any header text. */
function withHeader(header: string, data: number, claimed?: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const codesOf = (bytes: Uint8Array) => readSafetensors(bytes, "x.safetensors").diagnostics.map((d) => d.code);
const entry = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

test("every set of tensors comes back as it was", () => {
  fc.assert(
    fc.property(files, fc.dictionary(names, fc.string(), { noNullPrototype: true }), (tensors, metadata) => {
      const { value, diagnostics } = readSafetensors(writeSafetensors(tensors, metadata), "x");
      expect(diagnostics).toEqual([]);
      expect(value).toEqual({ tensors, metadata });
    }),
    { numRuns: 200 },
  );
});

test("data begins at a multiple of eight bytes", () => {
  fc.assert(
    fc.property(files, (tensors) => {
      const bytes = writeSafetensors(tensors);
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }),
  );
});

test("no cut of a file can be read, and none makes the reader throw", () => {
  const data = new Float32Array([1, 2, 3]);
  const whole = writeSafetensors({ a: { dtype: "f32", shape: [3], data } });
  for (let length = 0; length < whole.length; length++) {
    expect(codesOf(whole.slice(0, length)), `cut to ${length}`).not.toEqual([]);
  }
});

test("arbitrary bytes never make the reader throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => Array.isArray(codesOf(bytes))));
});

test.each([
  ["a header longer than the file", withHeader("{}", 0, 3), "checkpoint/header-size"],
  ["a header of no bytes", withHeader("", 8), "checkpoint/header-size"],
  ["a header over the limit", withHeader("{}", 0, Number.MAX_SAFE_INTEGER), "checkpoint/header-size"],
  ["a header that is not JSON", withHeader("{]", 0), "checkpoint/header-text"],
  ["a header that is a list", withHeader("[]", 0), "checkpoint/header-text"],
  ["metadata with numbers", withHeader('{"__metadata__":{"a":1}}', 0), "checkpoint/header-text"],
  [
    "a type that is not known",
    withHeader(JSON.stringify({ a: entry("F16", [1], [0, 2]) }), 2),
    "checkpoint/tensor",
  ],
  [
    "a type named as a method",
    withHeader(JSON.stringify({ a: entry("toString", [1], [0, 4]) }), 4),
    "checkpoint/tensor",
  ],
  ["a negative size", withHeader(JSON.stringify({ a: entry("F32", [-1], [0, 4]) }), 4), "checkpoint/tensor"],
  [
    "a range of the wrong length",
    withHeader(JSON.stringify({ a: entry("F32", [2], [0, 4]) }), 4),
    "checkpoint/tensor",
  ],
  [
    "a range that runs backwards",
    withHeader(JSON.stringify({ a: entry("F32", [1], [4, 0]) }), 4),
    "checkpoint/tensor",
  ],
  ["a tensor that is a number", withHeader('{"a":1}', 0), "checkpoint/tensor"],
  ["a range past the end", withHeader(JSON.stringify({ a: entry("F32", [1], [0, 4]) }), 2), "checkpoint/gap"],
  [
    "bytes that belong to none",
    withHeader(JSON.stringify({ a: entry("F32", [1], [0, 4]) }), 5),
    "checkpoint/gap",
  ],
  [
    "bytes that belong to two",
    withHeader(JSON.stringify({ a: entry("U8", [2], [0, 2]), b: entry("U8", [2], [1, 3]) }), 3),
    "checkpoint/gap",
  ],
])("%s is refused", (_, bytes, code) => {
  expect(codesOf(bytes)).toEqual([code]);
});
