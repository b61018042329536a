/** An assembler of pickles, and of the zips that torch puts them into. */

const text = (value: string): number[] => [...new TextEncoder().encode(value)];
const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
const u16 = (value: number): number[] => u32(value).slice(0, 2);

export const op = {
  proto: (version = 2) => [0x80, version],
  stop: [0x2e],
  mark: [0x28],
  tuple: [0x74],
  emptyTuple: [0x29],
  dict: [0x7d],
  list: [0x5d],
  setItem: [0x73],
  append: [0x61],
  reduce: [0x52],
  build: [0x62],
  persistent: [0x51],
  none: [0x4e],
  false: [0x89],
  int: (value: number) => [0x4a, ...u32(value)],
  string: (value: string) => [0x58, ...u32(text(value).length), ...text(value)],
  bytes: (value: readonly number[]) => [0x42, ...u32(value.length), ...value],
  global: (module: string, name: string) => [0x63, ...text(`${module}\n${name}\n`)],
  put: (key: number) => [0x71, key],
  get: (key: number) => [0x68, key],
};

type Code = readonly number[];

export const pickle = (...parts: readonly Code[]): Uint8Array =>
  Uint8Array.from([...op.proto(), ...parts.flat(), ...op.stop]);

const ints = (values: readonly number[]): Code => [...op.mark, ...values.flatMap(op.int), ...op.tuple];

/** A tensor of torch over the storage `key` of `count` numbers. */
export const tensor = (
  shape: readonly number[],
  { key = "0", count = 4, strides = [1], offset = 0, type = "FloatStorage" } = {},
): Code => [
  ...op.global("torch._utils", "_rebuild_tensor_v2"),
  ...op.mark,
  ...[...op.mark, ...op.string("storage"), ...op.global("torch", type), ...op.string(key)],
  ...[...op.string("cpu"), ...op.int(count), ...op.tuple, ...op.persistent],
  ...[...op.int(offset), ...ints(shape), ...ints(strides), ...op.false],
  ...[...op.global("collections", "OrderedDict"), ...op.emptyTuple, ...op.reduce],
  ...[...op.tuple, ...op.reduce],
];

/** A dictionary of one entry. */
export const entry = (name: string, value: Code): Code => [
  ...op.dict,
  ...op.string(name),
  ...value,
  ...op.setItem,
];

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the directory claims, where it lies. */
  readonly claimed?: { readonly compressed?: number; readonly uncompressed?: number };
  readonly method?: number;
  readonly offset?: number;
}

/** A zip of stored entries; checksums are left out, which no reader of weights asks for. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const bytes: number[] = [];
  const directory: number[] = [];
  for (const { name, data, claimed = {}, method = 0, offset = bytes.length } of entries) {
    const sizes = [...u32(claimed.compressed ?? data.length), ...u32(claimed.uncompressed ?? data.length)];
    const common = [...u16(20), ...u16(0x800), ...u16(method), ...u32(0), ...u32(0), ...sizes];
    const names = [...u16(text(name).length), ...u16(0)];
    directory.push(...[0x50, 0x4b, 1, 2], ...u16(20), ...common, ...names, ...u16(0), ...u16(0), ...u16(0));
    directory.push(...u32(0), ...u32(offset), ...text(name));
    bytes.push(...[0x50, 0x4b, 3, 4], ...common, ...names, ...text(name), ...data);
  }
  const counts = [...u16(entries.length), ...u16(entries.length)];
  const end = [
    ...[0x50, 0x4b, 5, 6],
    ...u32(0),
    ...counts,
    ...u32(directory.length),
    ...u32(bytes.length),
    ...u16(0),
  ];
  return Uint8Array.from([...bytes, ...directory, ...end]);
}

/** What `torch.save` would write of `data`, with one storage of four numbers. */
export const torchZip = (data: Uint8Array, numbers: readonly number[] = [1, 2, 3, 4]): Uint8Array =>
  zip([
    { name: "m/data.pkl", data },
    { name: "m/data/0", data: new Uint8Array(Float32Array.from(numbers).buffer) },
  ]);
