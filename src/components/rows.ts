/** Rows of batched tables: gathering image by image, and the index arithmetic for it. */
import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";

/** `[0, 1, ..., count - 1]` as i32. */
export const iota = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** `table [N, M, ...]`, `indices i32 [N, K]` -> `[N, K, ...]`: row `indices[n, k]` of image n. */
export function gatherRows(b: Builder, table: Value, indices: Value): Value {
  const [n, m, ...rest] = table.type.shape as [number, number, ...number[]];
  const first = b.constant(
    iota(n).map((image) => image * m),
    "i32",
    [n, 1],
  );
  return b.gather(b.reshape(table, { shape: [n * m, ...rest] }), b.add(indices, first));
}

/** `[N, M, ...]` -> `[N * M, ...]`. */
export function flattenRows(b: Builder, table: Value): Value {
  const [n, m, ...rest] = table.type.shape as [number, number, ...number[]];
  return b.reshape(table, { shape: [n * m, ...rest] });
}

/** The same row for each image: `[1, M, ...]` -> `[N, M, ...]`. */
export function repeatRows(b: Builder, table: Value, images: number): Value {
  return b.broadcastTo(table, { shape: [images, ...table.type.shape.slice(1)] });
}

/** Which image each of `images * count` rows belongs to: i32 `[images * count]`. */
export function imageOfRows(b: Builder, images: number, count: number): Value {
  return b.constant(
    iota(images * count).map((row) => Math.floor(row / count)),
    "i32",
    [images * count],
  );
}
