/** resize on the stock kernels of its two methods. */
import type { ResizeAttributes } from "../../ops/pool/resize.ts";
import type { Kernel } from "./kernel.ts";

export const resize: Kernel = (heap, [images], attributes, outputs) => {
  const { size, method, alignCorners } = attributes as unknown as ResizeAttributes;
  const kernel = method === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear";
  const halfPixelCenters = method === "bilinear" && !alignCorners;
  return heap.run(kernel, { images: images! }, { size, alignCorners, halfPixelCenters }, outputs);
};
