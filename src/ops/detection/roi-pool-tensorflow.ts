/** How roiPool is said with stock TensorFlow ops, which have no maximum over regions. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { castTo, rangeOf, tensorflowMath } from "../tensorflow-math.ts";
import type { Pooling } from "./roi-pool.ts";

/*
 * Each map becomes tables of maxima over windows of 2^i rows by 2^j columns that begin at each position, with the
 * place of each maximum. A cell is the maximum of the four windows that fit its corners. Tables are rows of channels
 * with images and map rows run together: the window that begins `n` positions later is the same table without its
 * first `n` rows (a slice that TensorFlow does not copy); windows that run over a border are never looked up.
 */

type Shape = readonly number[];

/** The highest power of two that a window's side has: a region of the image spans at most `limit + 1` positions. */
const stepsOf = (limit: number, size: number): number =>
  Math.floor(Math.log2(Math.min(limit, Math.ceil((limit + 1) / size) + 1)));

interface Table {
  readonly values: TensorflowRef;
  readonly places: TensorflowRef;
  readonly rows: number;
}

/** Of two windows `shift` positions apart, the greater maximum; the first of two equal ones. */
function combine(writer: TensorflowWriter, table: Table, shift: number, channels: number): Table {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const rows = table.rows - shift;
  const cut = (math: typeof real, value: TensorflowRef, begin: number) =>
    math.slice(value, [begin, 0], [rows, channels]);
  const [first, second] = [cut(real, table.values, 0), cut(real, table.values, shift)];
  return {
    values: real.maximum(first, second),
    places: whole.select(
      real.greater(second, first),
      cut(whole, table.places, shift),
      cut(whole, table.places, 0),
    ),
    rows,
  };
}

/**
 * Tables of one level as `[i][j]`. Columns are doubled first, then rows: so the first of two halves also comes first
 * in row order.
 */
function tablesOf(
  writer: TensorflowWriter,
  map: TensorflowRef,
  shape: Shape,
  offset: number,
  size: Shape,
): Table[][] {
  const [, height, width, channels] = shape as [number, number, number, number];
  const flat = [sizeOf(shape) / channels, channels];
  const values = tensorflowMath(writer, "f32").reshape(map, flat);
  const places = tensorflowMath(writer, "i32").reshape(rangeOf(writer, offset, offset + sizeOf(shape)), flat);
  const doubled = (from: Table, steps: number, stride: number) => {
    const tables = [from];
    for (let step = 0; step < steps; step++)
      tables.push(combine(writer, tables.at(-1)!, 2 ** step * stride, channels));
    return tables;
  };
  const across = doubled({ values, places, rows: flat[0]! }, stepsOf(width, size[1]!), 1);
  const columns = across.map((table) => doubled(table, stepsOf(height, size[0]!), width));
  return columns[0]!.map((_, i) => columns.map((column) => column[i]!));
}

interface AxisWindows {
  /** The power of two that is the window's side, i32[R, size]. */
  readonly power: TensorflowRef;
  /** Where the two windows begin that cover the cell. */
  readonly starts: readonly [TensorflowRef, TensorflowRef];
  /** Positions of the cell; below 1 where it is empty. */
  readonly length: TensorflowRef;
}

/** `from` and `to`: f32[R, 1] on the map's grid. `limits`: positions of each level along the axis; `known`: i32[R, 1], the level. */
function windowsOf(
  writer: TensorflowWriter,
  [from, to]: readonly [TensorflowRef, TensorflowRef],
  size: number,
  limits: readonly number[],
  known: TensorflowRef,
): AxisWindows {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const lookUp = (table: readonly number[], index: TensorflowRef) =>
    whole.gather(writer.constant("i32", [table.length], table), index);
  const toWhole = (x: TensorflowRef) => castTo(writer, x, "f32", "i32");
  const round = (x: TensorflowRef) => toWhole(real.mul(real.sign(x), real.floor(real.add(real.abs(x), 0.5))));
  const start = round(from);
  const longest = Math.max(...limits);
  const extent = whole.minimum(whole.maximum(whole.add(whole.sub(round(to), start), 1), 1), longest + 1);
  const limit = lookUp(limits, known);
  const border = (round: (cell: number, step: number) => number) => {
    const table = borders(longest + 1, size, round);
    const offset = whole.gather(
      writer.constant("i32", [longest + 2, size], table),
      whole.reshape(extent, [-1]),
    );
    return whole.minimum(whole.maximum(whole.add(start, offset), 0), limit);
  };
  const begin = border((cell, step) => Math.floor(Math.fround(cell * step)));
  const end = border((cell, step) => Math.ceil(Math.fround((cell + 1) * step)));
  const length = whole.sub(end, begin);
  const powers = Array.from({ length: longest + 1 }, (_, n) => Math.floor(Math.log2(Math.max(n, 1))));
  const power = whole.minimum(
    lookUp(powers, whole.maximum(length, 0)),
    lookUp(
      limits.map((n) => stepsOf(n, size)),
      known,
    ),
  );
  const side = lookUp(
    powers.map((_, exponent) => 2 ** Math.min(exponent, 30)),
    power,
  );
  return { power, starts: [begin, whole.sub(end, side)], length };
}

/**
 * Where the cells of a region of each extent up to `longest` begin or end, `[longest + 1, size]`. Looked up, because
 * TensorFlow would divide by multiplying with a reciprocal, which rounds otherwise.
 */
function borders(longest: number, size: number, round: (cell: number, step: number) => number): number[] {
  return Array.from({ length: (longest + 1) * size }, (_, i) =>
    round(i % size, Math.fround(Math.floor(i / size) / size)),
  );
}

interface Corners {
  /** `true` where the cell has a maximum, bool[R, h, w]. */
  readonly filled: TensorflowRef;
  /** Rows of the tables where the four windows stand, each i32[R, h, w]; 0 for an empty cell. */
  readonly rows: readonly TensorflowRef[];
}

function cornersOf(
  writer: TensorflowWriter,
  { boxes, image, level }: { boxes: TensorflowRef; image: TensorflowRef; level: TensorflowRef },
  levels: readonly (readonly (readonly Table[])[])[],
  shapes: readonly Shape[],
  { size, strides, regions }: Pooling & { readonly regions: number },
): Corners {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const known = whole.reshape(whole.maximum(level, 0), [regions, 1]);
  const scales = writer.constant(
    "f32",
    [strides.length],
    strides.map((stride) => 1 / stride),
  );
  const scaled = real.mul(boxes, real.gather(scales, known));
  const side = (column: number) => real.slice(scaled, [0, column], [regions, 1]);
  const limits = (axis: number) => shapes.map((shape) => shape[axis]!);
  const down = windowsOf(writer, [side(1), side(3)], size[0]!, limits(1), known);
  const across = windowsOf(writer, [side(0), side(2)], size[1]!, limits(2), known);
  const vertical = (x: TensorflowRef) => whole.reshape(x, [regions, size[0]!, 1]);
  const horizontal = (x: TensorflowRef) => whole.reshape(x, [regions, 1, size[1]!]);
  const single = (x: TensorflowRef) => whole.reshape(x, [regions, 1, 1]);

  const { bases, tall, wide } = basesOf(levels);
  const kind = whole.add(
    whole.mul(whole.add(whole.mul(single(known), tall), vertical(down.power)), wide),
    horizontal(across.power),
  );
  const base = whole.gather(writer.constant("i32", [bases.length], bases), kind);
  const ofLevel = (values: readonly number[]) =>
    single(whole.gather(writer.constant("i32", [values.length], values), known));
  const frame = whole.mul(single(image), ofLevel(shapes.map((shape) => shape[1]! * shape[2]!)));
  const origin = whole.add(base, frame);
  const width = ofLevel(limits(2));
  const present = whole.minimum(
    whole.add(single(level), 1),
    whole.minimum(vertical(down.length), horizontal(across.length)),
  );
  const filled = whole.greater(present, 0);
  const rows = down.starts.flatMap((y) =>
    across.starts.map((x) =>
      whole.select(filled, whole.add(whole.add(origin, whole.mul(vertical(y), width)), horizontal(x)), 0),
    ),
  );
  return { filled, rows };
}

/** Where each table begins when all are laid one after another, as `[level][i][j]` in one flat list. */
function basesOf(levels: readonly (readonly (readonly Table[])[])[]) {
  const tall = Math.max(...levels.map((tables) => tables.length));
  const wide = Math.max(...levels.map((tables) => tables[0]!.length));
  const bases = new Array<number>(levels.length * tall * wide).fill(0);
  let rows = 0;
  levels.forEach((tables, level) => {
    tables.forEach((row, i) => {
      row.forEach((table, j) => {
        bases[(level * tall + i) * wide + j] = rows;
        rows += table.rows;
      });
    });
  });
  return { bases, tall, wide };
}

/** `inputs`: levels, boxes, image, level; gives the maxima and their places. */
export function poolNatively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly Shape[],
  frame: Pooling & { readonly regions: number },
): TensorflowRef[] {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const [boxes, image, level] = inputs.slice(-3) as [TensorflowRef, TensorflowRef, TensorflowRef];
  let offset = 0;
  const levels = shapes.map((shape, i) => {
    const tables = tablesOf(writer, inputs[i]!, shape, offset, frame.size);
    offset += sizeOf(shape);
    return tables;
  });
  const { filled, rows } = cornersOf(writer, { boxes, image, level }, levels, shapes, frame);
  const tables = levels.flat(2);
  const allValues = real.concatRows(tables.map((table) => table.values));
  const allPlaces = whole.concatRows(tables.map((table) => table.places));
  const [best, place] = rows
    .map((row) => [real.gather(allValues, row), whole.gather(allPlaces, row)] as const)
    .reduce(([best, place], [value, other]) => [
      real.maximum(best, value),
      whole.select(
        real.greater(value, best),
        other,
        whole.select(real.less(value, best), place, whole.minimum(place, other)),
      ),
    ]);
  const [condition] = writer.node("ExpandDims", [filled, writer.constant("i32", [], [3])], {
    T: { type: "bool" },
    Tdim: { type: "i32" },
  });
  return [real.select(condition!, best, 0), whole.select(condition!, place, -1)];
}

/** `inputs`: gradient, argmax; gives the gradient of each level. */
export function poolNativelyBackward(
  writer: TensorflowWriter,
  [gradient, argmax]: readonly TensorflowRef[],
  shapes: readonly Shape[],
): TensorflowRef[] {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const sizes = shapes.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const [flat] = writer.node(
    "UnsortedSegmentSum",
    [real.reshape(gradient!, [-1]), whole.reshape(argmax!, [-1]), writer.constant("i32", [], [total])],
    { T: { type: "f32" }, Tindices: { type: "i32" }, Tnumsegments: { type: "i32" } },
  );
  let begin = 0;
  return shapes.map((shape, i) => {
    const part = real.slice(flat!, [begin], [sizes[i]!]);
    begin += sizes[i]!;
    return real.reshape(part, shape);
  });
}
