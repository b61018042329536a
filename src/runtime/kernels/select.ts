/** select without branches: which way a choice goes is as good as random, and a wrong guess costs ten moves. */
import type { TensorData } from "../../ops/define.ts";
import { walkBroadcast } from "../../ops/elementwise/broadcast.ts";
import type { Loops } from "./kernel.ts";

/** Moves the bits of four-byte elements through masks; bool, of one byte, is moved as numbers. */
export const select: Loops = (inputs, _, [z]) => {
  const [condition, x, y] = inputs as [TensorData, TensorData, TensorData];
  const [truth, left, right, target] = [condition.data, bitsOf(x), bitsOf(y), bitsOf(z!)];
  walkBroadcast(inputs, z!.type.shape, (at, length, offsets, steps) => {
    let [c, i, j] = offsets as [number, number, number];
    const [stepC, stepI, stepJ] = steps as [number, number, number];
    for (let k = at; k < at + length; k++) {
      const mask = -truth[c]!;
      target[k] = (left[i]! & mask) | (right[j]! & ~mask);
      c += stepC;
      i += stepI;
      j += stepJ;
    }
  });
};

const bitsOf = ({ data }: TensorData): Int32Array | Uint8Array =>
  data instanceof Float32Array
    ? new Int32Array(data.buffer, data.byteOffset, data.length)
    : (data as Int32Array | Uint8Array);
