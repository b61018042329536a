/** Numbers from a foreign layout into ours and back: the order of axes, and which output belongs to which class or anchor. */
import { invariant } from "../support/invariant.ts";
import type { Background, Mapping } from "./mapping.ts";
import type { Outputs, Slot } from "./slots.ts";
import { elementsOf, gather, rowMajor } from "./source-tensor.ts";

/** Ours, in the letters of `Layout`. */
const ownAxes = { filter: "HWIO", deconv: "HWOI", dense: "IO", vector: "O" } as const;
const ownFlatten = "HWC";

/** Letters of the axes in a file and here, an input that was flattened written out. */
function axesOf(slot: Slot, { layout }: Mapping): { readonly theirs: string; readonly ours: string } {
  const theirs = slot.kind === "vector" ? "O" : layout[slot.kind];
  const ours = ownAxes[slot.kind];
  if (!slot.flattened) return { theirs, ours };
  return { theirs: theirs.replace("I", layout.flatten), ours: ours.replace("I", ownFlatten) };
}

/** Size of each axis; that of the outputs is the file's. */
function sizesOf(slot: Slot, mapping: Mapping): Readonly<Record<string, number>> {
  const ours = ownAxes[slot.kind];
  const sizes = Object.fromEntries([...ours].map((axis, index) => [axis, slot.shape[index]!]));
  const { channels = 1, height = 1, width = 1 } = slot.flattened ?? {};
  const region = slot.flattened ? { C: channels, H: height, W: width } : {};
  const count = slot.outputs ? columnsFrom(slot.outputs, mapping).theirs : sizes.O!;
  return { ...sizes, ...region, O: count };
}

/** The shape that the tensor has in a file of `mapping`. */
export function foreignShape(slot: Slot, mapping: Mapping): readonly number[] {
  const sizes = sizesOf(slot, mapping);
  const axes = slot.kind === "vector" ? "O" : mapping.layout[slot.kind];
  return [...axes].map((axis) => sizes[axis]!);
}

/** `values` of a tensor of `foreignShape` as our parameter has them, the last axis fastest. */
export function fromForeign(values: Float32Array, slot: Slot, mapping: Mapping): Float32Array {
  const { theirs, ours } = axesOf(slot, mapping);
  const sizes = sizesOf(slot, mapping);
  const laidOut = permute(values, theirs, ours, sizes);
  if (!slot.outputs) return laidOut;
  return pickOutputs(laidOut, ours, sizes, columnsFrom(slot.outputs, mapping).fromTheirs);
}

/** The way back; outputs that a file of `mapping` has and we do not are 0. */
export function toForeign(values: Float32Array, slot: Slot, mapping: Mapping): Float32Array {
  const { theirs, ours } = axesOf(slot, mapping);
  const sizes = sizesOf(slot, mapping);
  const own = { ...sizes, O: slot.shape[ownAxes[slot.kind].indexOf("O")]! };
  const all = slot.outputs
    ? pickOutputs(values, ours, own, columnsFrom(slot.outputs, mapping).fromOurs)
    : values;
  return permute(all, ours, theirs, sizes);
}

function permute(
  values: Float32Array,
  from: string,
  to: string,
  sizes: Readonly<Record<string, number>>,
): Float32Array {
  if (from === to) return values;
  const strides = rowMajor([...from].map((axis) => sizes[axis]!));
  const shape = [...to].map((axis) => sizes[axis]!);
  return gather(
    values,
    shape,
    [...to].map((axis) => strides[from.indexOf(axis)]!),
  );
}

/** Output j of the result is output `columns[j]` of `values`, or 0 where that is -1. */
function pickOutputs(
  values: Float32Array,
  axes: string,
  sizes: Readonly<Record<string, number>>,
  columns: readonly number[],
): Float32Array {
  const at = axes.indexOf("O");
  const product = (letters: string) => elementsOf([...letters].map((axis) => sizes[axis]!));
  const [outer, inner] = [product(axes.slice(0, at)), product(axes.slice(at + 1))];
  const result = new Float32Array(outer * columns.length * inner);
  for (let row = 0; row < outer; row++) {
    for (const [column, source] of columns.entries()) {
      if (source < 0) continue;
      const begin = (row * sizes.O! + source) * inner;
      result.set(values.subarray(begin, begin + inner), (row * columns.length + column) * inner);
    }
  }
  return result;
}

interface Columns {
  /** Outputs in a file. */
  readonly theirs: number;
  /** For each output of ours that of the file, and the other way round; -1 where there is none. */
  readonly fromTheirs: readonly number[];
  readonly fromOurs: readonly number[];
}

function columnsFrom(outputs: Outputs, mapping: Mapping): Columns {
  const { each } = outputs;
  const [ours, theirs] =
    outputs.kind === "anchors"
      ? [anchorOrder(outputs, "ratiosFirst"), anchorOrder(outputs, mapping.anchors)]
      : [classOrder(outputs, outputs.background), classOrder(outputs, backgroundIn(outputs, mapping))];
  const between = (from: readonly string[], to: readonly string[]) =>
    to.flatMap((item) => {
      const index = from.indexOf(item);
      return Array.from({ length: each }, (_, part) => (index < 0 ? -1 : index * each + part));
    });
  return { theirs: theirs.length * each, fromTheirs: between(theirs, ours), fromOurs: between(ours, theirs) };
}

function backgroundIn({ head, background }: Outputs & { kind: "classes" }, mapping: Mapping): Background {
  const theirs = mapping.background[head];
  return theirs === "own" ? background : theirs;
}

function classOrder({ classes }: Outputs & { kind: "classes" }, background: Background): string[] {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  if (background === "none") return names;
  return background === "first" ? ["background", ...names] : [...names, "background"];
}

function anchorOrder({ sizes, ratios }: Outputs & { kind: "anchors" }, order: Mapping["anchors"]): string[] {
  const [outer, inner] = order === "ratiosFirst" ? [ratios, sizes] : [sizes, ratios];
  return Array.from({ length: outer * inner }, (_, index) => {
    const [slow, fast] = [Math.floor(index / inner), index % inner];
    const [ratio, size] = order === "ratiosFirst" ? [slow, fast] : [fast, slow];
    return `ratio ${ratio}, size ${size}`;
  });
}

/** The classes that a head of `found` outputs would have, in a file of `mapping`. */
export function classesFor(slot: Slot, mapping: Mapping, found: readonly number[]): number | undefined {
  if (slot.outputs?.kind !== "classes") return undefined;
  const axes = slot.kind === "vector" ? "O" : mapping.layout[slot.kind];
  const count = found[axes.indexOf("O")];
  invariant(axes.includes("O"), "a layout has outputs");
  if (count === undefined) return undefined;
  const more = backgroundIn(slot.outputs, mapping) === "none" ? 0 : 1;
  const classes = count / slot.outputs.each - more;
  return Number.isInteger(classes) && classes > 0 ? classes : undefined;
}
