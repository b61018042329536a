/** The names that a pickle of weights may use, and what each makes: tensors, arrays, their types, and dictionaries. */
import type { NumberType } from "./number-types.ts";
import type { PickleRules } from "./pickle-machine.ts";
import {
  type GlobalRule,
  type GlobalRules,
  numbersOf,
  type Pickled,
  type Refused,
  refused,
  textOf,
} from "./pickle-values.ts";
import { bytesStorage, elementsOf, makeTensor, rowMajor } from "./source-tensor.ts";

/** Names of torch's storages, which only stand for their type. */
export const storageTypes: Readonly<Record<string, NumberType>> = {
  "torch.DoubleStorage": "f64",
  "torch.FloatStorage": "f32",
  "torch.HalfStorage": "f16",
  "torch.BFloat16Storage": "bf16",
  "torch.LongStorage": "i64",
  "torch.IntStorage": "i32",
  "torch.ShortStorage": "i16",
  "torch.CharStorage": "i8",
  "torch.ByteStorage": "u8",
  "torch.BoolStorage": "bool",
};

const dictionary: GlobalRule = {
  call(args) {
    if (args.length > 0) return refused("a dictionary is made from arguments");
    return { kind: "dict", entries: new Map() };
  },
};

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)` of torch/_utils.py. */
function rebuildTensor([storage, offset, shape, strides]: readonly Pickled[]): Pickled | Refused {
  const [sizes, steps] = [numbersOf(shape), numbersOf(strides)];
  if (
    typeof storage !== "object" ||
    storage?.kind !== "storage" ||
    !sizes ||
    !steps ||
    typeof offset !== "number"
  )
    return refused("a tensor is not made from a storage, an offset, a shape and strides");
  const tensor = makeTensor(storage.storage, sizes, steps, offset);
  return typeof tensor === "string"
    ? refused(`a tensor is not valid: ${tensor}`)
    : { kind: "tensor", tensor };
}

function rebuildParameter([tensor]: readonly Pickled[]): Pickled | Refused {
  const isTensor = typeof tensor === "object" && tensor?.kind === "tensor";
  return isTensor ? tensor : refused("a parameter is not made from a tensor");
}

const numberTypes: Readonly<Record<string, NumberType>> = {
  f8: "f64",
  f4: "f32",
  f2: "f16",
  i8: "i64",
  i4: "i32",
  i2: "i16",
  i1: "i8",
  u1: "u8",
  b1: "bool",
};

function dtype([name]: readonly Pickled[]): Pickled | Refused {
  const code = textOf(name)?.replace(/^[<|=]/, "") ?? "";
  const of = Object.hasOwn(numberTypes, code) ? numberTypes[code] : undefined;
  return of
    ? { kind: "dtype", of, bigEndian: false }
    : refused(`an array is of type \`${code.slice(0, 40)}\``);
}

interface ArrayShape {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

const inC = (shape: readonly number[]): ArrayShape => ({ shape, strides: rowMajor(shape) });
/** The first axis is the fastest. */
const inFortran = (shape: readonly number[]): ArrayShape => ({
  shape,
  strides: rowMajor([...shape].reverse()).reverse(),
});

/** A tensor over the bytes of an array. */
function arrayOf(
  data: Pickled | undefined,
  type: Pickled | undefined,
  { shape, strides }: ArrayShape,
): Pickled | Refused {
  if (typeof type !== "object" || type?.kind !== "dtype") return refused("an array has no type");
  if (type.bigEndian) return refused("an array is big-endian; expected little-endian numbers");
  if (typeof data !== "object" || data?.kind !== "bytes") return refused("an array has no bytes");
  const storage = bytesStorage(type.of, data.data);
  const tensor = makeTensor(storage, shape, strides);
  if (typeof tensor === "string") return refused(`an array is not valid: ${tensor}`);
  if (storage.count !== elementsOf(shape))
    return refused(`an array of shape [${shape}] has ${storage.count} numbers`);
  return { kind: "array", tensor };
}

/** `_frombuffer(buffer, dtype, shape, order, axes)` of protocol 5; order `K` means C, its axes then turned. */
function fromBuffer([data, type, shape, order, axes]: readonly Pickled[]): Pickled | Refused {
  const sizes = numbersOf(shape);
  if (!sizes) return refused("an array has no shape");
  const turned = numbersOf(axes);
  switch (textOf(order)) {
    case "C":
      return arrayOf(data, type, inC(sizes));
    case "F":
      return arrayOf(data, type, inFortran(sizes));
    case "K": {
      const isOrder = turned && `${[...turned].sort()}` === `${sizes.map((_, axis) => axis)}`;
      if (!isOrder) return refused("the axes of an array are not in an order");
      const plain = inC(sizes);
      const pick = (list: readonly number[]) => turned.map((axis) => list[axis]!);
      return arrayOf(data, type, { shape: pick(plain.shape), strides: pick(plain.strides) });
    }
    default:
      return refused("the numbers of an array are in no order that we read");
  }
}

/** Python 3 writes bytes into protocol 2 as text. All that is made so is no longer than `most`, as the pickle holds each text once. */
function encoder(most: number): GlobalRule {
  let made = 0;
  const codes = ["latin1", "latin-1", "iso-8859-1"];
  return {
    call([text, encoding]) {
      if (typeof text !== "string" || !codes.includes(textOf(encoding) ?? ""))
        return refused("bytes are not written as Latin-1");
      made += text.length;
      if (made > most) return refused("it makes more bytes than it has");
      return { kind: "bytes", data: new Uint8Array(Buffer.from(text, "latin1")) };
    },
  };
}

/** Protocol 2 makes no bytes by a call. */
const noBytes: GlobalRule = {
  call: (args) =>
    args.length === 0 ? { kind: "bytes", data: new Uint8Array(0) } : refused("bytes are made from arguments"),
};

/** A number of numpy, such as the best score so far: not of the weights. */
const scalar: GlobalRule = { call: () => null };
/** An empty array, which its state fills. */
const reconstruct: GlobalRule = { call: () => ({ kind: "array", tensor: undefined }) };

const mentioned = (names: readonly string[]): GlobalRules =>
  Object.fromEntries(names.map((name) => [name, {}]));

/** What a pickle of `size` bytes may ask for. */
export const weightRules = (size: number): Pick<PickleRules, "globals" | "build"> => ({
  globals: { ...weightGlobals, "_codecs.encode": encoder(size) },
  build: giveState,
});

const weightGlobals: GlobalRules = {
  "collections.OrderedDict": dictionary,
  "torch._utils._rebuild_tensor_v2": { call: rebuildTensor },
  "torch._utils._rebuild_parameter": { call: rebuildParameter },
  "torch.Size": { call: ([sizes]) => sizes ?? { kind: "tuple", items: [] } },
  ...mentioned(Object.keys(storageTypes)),
  ...mentioned(["numpy.ndarray"]),
  "numpy.dtype": { call: dtype },
  ...Object.fromEntries(
    // numpy 2 moved its core.
    ["numpy.core", "numpy._core"].flatMap((core) => [
      [`${core}.multiarray._reconstruct`, reconstruct],
      [`${core}.multiarray.scalar`, scalar],
      [`${core}.numeric._frombuffer`, { call: fromBuffer }],
    ]),
  ),
  "__builtin__.bytes": noBytes,
};

/** State of numpy's objects: `(version, shape, dtype, is_fortran, bytes)` of an array, `(version, order, ...)` of a type. */
function giveState(made: Pickled, state: Pickled): string {
  if (typeof made !== "object" || typeof state !== "object" || state?.kind !== "tuple")
    return "it gives state to what has none";
  if (made?.kind === "dtype") {
    made.bigEndian = textOf(state.items[1]) === ">";
    return "";
  }
  if (made?.kind !== "array") return "it gives state to what has none";
  const [, shape, type, isFortran, data] = state.items;
  const sizes = numbersOf(shape);
  if (!sizes) return "an array has no shape";
  const array = arrayOf(data, type, isFortran === true ? inFortran(sizes) : inC(sizes));
  if (typeof array !== "object" || array === null) return "an array has no numbers";
  if (array.kind === "refused") return array.problem;
  if (array.kind === "array") made.tensor = array.tensor;
  return "";
}
