/** Which output of a last layer belongs to which class, by where the background stands and whether it has one. */
import type { Value } from "../../ir/types.ts";
import type { Model } from "../../model/model.ts";
import type { Builder } from "../../ops/builder.ts";
import { iota } from "../rows.ts";

export interface Columns {
  /** Foreground classes. */
  readonly classes: number;
  /** Outputs in all. */
  readonly count: number;
  /** The first output of a foreground class; the others follow in their order. */
  readonly first: number;
  /** The background's output, where it has one. */
  readonly background: number | undefined;
}

export function columnsOf({ classes, regions }: Model, withBackground: boolean): Columns {
  if (!withBackground) return { classes, count: classes, first: 0, background: undefined };
  const background = regions.background === "first" ? 0 : classes;
  return { classes, count: classes + 1, first: background === 0 ? 1 : 0, background };
}

/** Outputs of `labels` (i32, class from 1, 0 for the background). A background without an output takes that of class 1. */
export function columnOfLabels(b: Builder, columns: Columns, labels: Value): Value {
  const { background, first } = columns;
  const table = [background ?? first, ...iota(columns.classes).map((index) => index + first)];
  return b.gather(b.constant(table, "i32", [table.length]), labels);
}

/** f32 `[R, count]`: 1 in the column of each row's label, of those of `columns`. */
export function oneHot(b: Builder, count: number, column: Value): Value {
  const rows = column.type.shape[0]!;
  const wanted = b.equal(b.reshape(column, { shape: [rows, 1] }), b.constant(iota(count), "i32", [1, count]));
  return b.cast(wanted, { dtype: "f32" });
}
