/** Hostile weight files end in a clear error, run nothing and take no memory that they do not have. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { writeSafetensors } from "../../src/weights/safetensors.ts";
import { elementsOf, readTensor } from "../../src/weights/source-tensor.ts";
import { openWeights } from "../../src/weights/weight-file.ts";
import { entry, op, pickle, tensor, torchZip, zip } from "./pickles.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();

/** Codes and the first message of what is wrong with a file of `bytes`; all its tensors are read where nothing is. */
async function judge(
  bytes: Uint8Array,
): Promise<{ readonly code: string | undefined; readonly message: string }> {
  const { value, diagnostics } = await openWeights(folder.write("file", bytes));
  for (const each of value?.tensors.values() ?? []) if (elementsOf(each.shape) < 1e6) await readTensor(each);
  await value?.close();
  return { code: diagnostics[0]?.code, message: diagnostics[0]?.message ?? "" };
}

const whole = entry("a", tensor([4]));

test("the assembler's own file is read", async () => {
  const { value } = await openWeights(folder.write("whole", torchZip(pickle(whole))));
  expect([...(await readTensor(value!.tensors.get("a")!))]).toEqual([1, 2, 3, 4]);
  await value!.close();
});

const shell = [...op.string("touch /tmp/owned"), ...[0x85], ...op.reduce];
const withTensor = (data: Uint8Array) => torchZip(data);

test.each([
  ["posix.system", op.global("posix", "system"), "posix.system"],
  ["os.system by its stack", [...op.string("os"), ...op.string("system"), 0x93], "os.system"],
  ["builtins.eval", op.global("builtins", "eval"), "builtins.eval"],
  [
    "a name inside a module that is allowed",
    op.global("torch._utils", "__builtins__"),
    "torch._utils.__builtins__",
  ],
  ["a method of JavaScript", op.global("constructor", "constructor"), "constructor.constructor"],
  ["argparse.Namespace, as training programs save", op.global("argparse", "Namespace"), "argparse.Namespace"],
  ["a class that may be mentioned only, called", op.global("torch", "FloatStorage"), "torch.FloatStorage"],
])("%s is named and not run", async (_, mention, name) => {
  for (const bytes of [pickle(mention, shell), torchZip(pickle(mention, shell))]) {
    const { code, message } = await judge(bytes);
    expect(code).toBe("weights/global");
    expect(message).toContain(`\`${name}\``);
  }
});

test.each<[string, Uint8Array, string]>([
  ["an instruction that is not known", pickle([0xff]), "0xff"],
  ["an instruction of protocol 0, which can make objects", pickle([0x69]), "0x69"],
  ["a protocol of the future", Uint8Array.from([0x80, 9, 0x4e, 0x2e, 0, 0, 0, 0, 0]), "protocol is 9"],
  ["a stack that is empty", pickle([0x30, 0x30]), "mark"],
  ["two values", pickle(op.none, op.none), "more than one value"],
  ["a call of a number", pickle(op.int(3), op.emptyTuple, op.reduce), "calls what is not a name"],
  ["a memo that is not kept", pickle(op.get(7)), "value 7"],
  ["a text that is longer than the file", pickle([0x58, 255, 255, 255, 255]), "cut short"],
  ["bytes of 2^64", pickle([0x8e, ...new Array(8).fill(255)]), "cut short"],
  ["a whole number of a gigabyte", pickle([0x8b, 0, 0, 0, 64]), "whole number"],
  ["a text that is not UTF-8", pickle([0x58, 1, 0, 0, 0, 0xff]), "UTF-8"],
  ["state for a dictionary's key", pickle(op.int(1), op.dict, op.build), "state"],
  ["a list that is a dictionary", pickle(op.list, op.string("a"), op.none, op.setItem), "dictionary"],
  ["an array of objects", pickle(op.global("numpy", "dtype"), op.string("O8"), [0x85], op.reduce), "`O8`"],
  ["millions of values", pickle(new Array(1_100_000).fill(0x4e)), "larger than any list"],
])("%s is refused", async (_, bytes, words) => {
  const { code, message } = await judge(bytes);
  expect(code).toBe("weights/pickle");
  expect(message).toContain(words);
});

test("a text that is turned into bytes again and again ends the reader before the memory ends", async () => {
  const text = [...op.string("x".repeat(100_000)), ...op.put(0)];
  const encode = [...op.global("_codecs", "encode"), ...op.put(1)];
  const call = [...op.get(1), ...op.get(0), ...op.string("latin1"), 0x86, ...op.reduce];
  const found = await judge(pickle(op.list, text, encode, ...new Array(200).fill(call)));
  expect(found.code).toBe("weights/pickle");
  expect(found.message).toContain("more bytes than it has");
});

test("a shape of a million sizes is not read for each of many tensors", async () => {
  const shape = [...op.mark, ...new Array(900_000).fill([0x4b, 1]).flat(), ...op.tuple, ...op.put(0)];
  const rebuild = [...op.global("torch._utils", "_rebuild_tensor_v2"), ...op.put(1)];
  const call = [...op.get(1), ...op.none, ...op.int(0), ...op.get(0), 0x87, ...op.reduce];
  const found = await judge(pickle(shape, rebuild, call));
  expect(found.code).toBe("weights/pickle");
});

test("values that hold themselves are no tensors, and do not end the reader", async () => {
  const list = [...op.list, ...op.put(0), ...op.get(0), ...op.append];
  const dictionary = [...op.dict, ...op.put(1), ...op.string("model"), ...op.get(1), ...op.setItem];
  expect((await judge(pickle(list))).code).toBe("weights/no-tensors");
  expect((await judge(pickle(dictionary))).code).toBe("weights/no-tensors");
});

test.each<[string, readonly number[], string]>([
  ["a shape beyond its storage", tensor([5]), "reaches to number 5 of a storage of 4"],
  ["an offset beyond its storage", tensor([4], { offset: 1 }), "reaches to number 5"],
  ["a negative size", tensor([-4]), "whole numbers"],
  ["a negative stride", tensor([4], { strides: [-1] }), "whole numbers"],
  ["strides of another rank", tensor([2, 2], { strides: [1] }), "whole numbers"],
  ["a storage that claims more than it has", tensor([4], { count: 1_000_000 }), "expected 4000000"],
  ["a storage that is not there", tensor([4], { key: "1" }), "storage `1` is not in the zip"],
  ["a storage outside of its folder", tensor([4], { key: "../../etc/passwd" }), "not in the zip"],
])("%s is refused", async (_, code, words) => {
  const found = await judge(withTensor(pickle(entry("a", code))));
  expect(found.code).toBe("weights/pickle");
  expect(found.message).toContain(words);
});

test("a tensor of a few bytes and a shape without end takes no memory", async () => {
  const huge = entry("a", tensor([2 ** 30, 2 ** 20], { strides: [0, 0] }));
  expect((await judge(torchZip(pickle(huge)))).code).toBeUndefined();
});

const data = { name: "m/data.pkl", data: pickle(whole) };
const storage = { name: "m/data/0", data: new Uint8Array(16) };
const zeros = deflateRawSync(new Uint8Array(50_000_000));

test.each<[string, Uint8Array, string]>([
  ["a zip without a pickle", zip([storage]), "data.pkl"],
  [
    "a bomb",
    zip([data, { ...storage, data: zeros, method: 8, claimed: { uncompressed: 50_000_000 } }]),
    "compressed",
  ],
  [
    "a stored entry with two sizes",
    zip([data, { ...storage, claimed: { uncompressed: 2 ** 31 } }]),
    "mismatch",
  ],
  [
    "an entry beyond the file",
    zip([data, { ...storage, claimed: { compressed: 9999, uncompressed: 9999 } }]),
    "overflows",
  ],
  ["an entry whose header is elsewhere", zip([data, { ...storage, offset: 3 }]), "signature"],
  ["a name that leads out", zip([data, { ...storage, name: "../../0" }]), "../../0"],
  ["a name from the root", zip([data, { ...storage, name: "/etc/passwd" }]), "absolute"],
  ["a name twice", zip([data, storage, storage]), "twice"],
  ["a directory that is cut off", zip([data, storage]).slice(0, -30), ""],
])("%s is refused", async (_, bytes, words) => {
  const { code, message } = await judge(bytes);
  expect(code).toBe("weights/zip");
  expect(message).toContain(words);
});

test("what is no weight file, or nothing, is said to be so", async () => {
  expect((await judge(new Uint8Array(0))).code).toBe("weights/unknown-format");
  expect((await judge(Buffer.from("<!DOCTYPE html><html>Not found</html>"))).code).toBe(
    "weights/unknown-format",
  );
  expect((await openWeights(folder.path)).diagnostics[0]!.code).toBe("weights/missing-file");
  expect((await openWeights(`${folder.path}/absent`)).diagnostics[0]!.code).toBe("weights/missing-file");
});

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));
const safetensors = writeSafetensors({
  a: { dtype: "f32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  b: { dtype: "i64", shape: [], data: BigInt64Array.of(7n) },
});
const samples = [
  ...["small.pth", "small.legacy.pth", "small.2.pkl", "small.5.pkl"].map(fixture),
  safetensors,
];

test.each([0, 1, 2, 3, 4])("no cut of sample %i makes the reader throw", async (index) => {
  const sample = samples[index]!;
  for (let length = 0; length < sample.length; length += 1 + Math.floor(sample.length / 150)) {
    const { code } = await judge(sample.subarray(0, length));
    expect(code, `cut to ${length}`).toMatch(/^(weights|checkpoint)\//);
  }
});

const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));

test("no change of a few bytes makes the reader throw", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (sample, changes) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const { code } = await judge(bytes);
        expect(code ?? "weights/none").toMatch(/^(weights|checkpoint)\//);
      },
    ),
    { numRuns: 1500 },
  );
});
