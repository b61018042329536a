/** A picture in memory as run lengths. */
import { type BinaryPicture, encodeColumns, type RunLengths } from "../../src/support/run-lengths.ts";

export const encodeRuns = ({ height, width, data }: BinaryPicture): RunLengths =>
  encodeColumns({ height, width }, { left: 0, top: 0, right: width, bottom: height }, (x, put) => {
    for (let y = 0; y < height; y++) put(data[y * width + x] ? 1 : 0, 1);
  });
