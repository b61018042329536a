/** Which class of the model each category of a data set is. */
import type { Dataset } from "./dataset.ts";

/** Classes in the order of the categories: 1 to K, or the ids of the categories themselves. */
export const classesOf = (categories: Dataset["categories"], ids: "contiguous" | "raw"): readonly number[] =>
  categories.map(({ id }, index) => (ids === "raw" ? id : index + 1));
