/**
 * Elementwise ops of two operands, each with a loop of its own: the references share one, in which the engine can inline
 * none of the functions that it is handed (11 ns an element; here 1 to 2).
 */
import type { TensorData } from "../../ops/define.ts";
import { walkBroadcast } from "../../ops/elementwise/broadcast.ts";
import type { Row } from "../../ops/walk.ts";
import type { Loops } from "./kernel.ts";

type Numbers = TensorData["data"];

/** Makes the loop over one run of the operands' numbers. */
type RunOf = (x: Numbers, y: Numbers, z: Numbers) => Row;

const pair =
  (runOf: RunOf): Loops =>
  ([x, y], _, [z]) =>
    walkBroadcast([x!, y!], z!.type.shape, runOf(x!.data, y!.data, z!.data));

const swapped =
  (loops: Loops): Loops =>
  ([x, y], attributes, outputs) =>
    loops([y!, x!], attributes, outputs);

const maximum = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = Math.max(x[i + k * stepI]!, y[j + k * stepJ]!);
});

const minimum = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = Math.min(x[i + k * stepI]!, y[j + k * stepJ]!);
});

const equal = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = Number(x[i + k * stepI]! === y[j + k * stepJ]!);
});

const greater = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = Number(x[i + k * stepI]! > y[j + k * stepJ]!);
});

const greaterEqual = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = Number(x[i + k * stepI]! >= y[j + k * stepJ]!);
});

const logicalAnd = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = x[i + k * stepI]! & y[j + k * stepJ]!;
});

const logicalOr = pair((x, y, z) => (at, length, [i = 0, j = 0], [stepI = 0, stepJ = 0]) => {
  for (let k = 0; k < length; k++) z[at + k] = x[i + k * stepI]! | y[j + k * stepJ]!;
});

export const pairLoops: Readonly<Record<string, Loops>> = {
  maximum,
  minimum,
  equal,
  greater,
  greaterEqual,
  less: swapped(greater),
  lessEqual: swapped(greaterEqual),
  logicalAnd,
  logicalOr,
};
