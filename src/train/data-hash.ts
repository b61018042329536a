/** Whether a data set is the one that a run was trained on. */
import type { Dataset } from "../data/dataset.ts";
import { hashOf } from "./checkpoint.ts";

/** Of the categories, and of the images with their sizes, boxes and classes, wherever they lie. */
export const dataHash = ({ categories, images }: Dataset): string =>
  hashOf(
    JSON.stringify([
      categories.map(({ id, name }) => [id, name]),
      images.map(({ fileName, width, height, objects }) => [
        [fileName, width, height],
        objects.map(({ box, category, crowd }) => [box, category, crowd]),
      ]),
    ]),
  );
