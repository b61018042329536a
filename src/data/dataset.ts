/** A data set in memory: images on disk with their true objects, whatever file they came from. */
import type { RunLengths } from "../support/run-lengths.ts";

/** Polygons in pixels, or run lengths over columns (COCO), of a picture `[height, width]`. */
export type Segmentation =
  | { readonly kind: "polygons"; readonly polygons: readonly (readonly number[])[] }
  | {
      readonly kind: "runs";
      readonly height: number;
      readonly width: number;
      readonly counts: readonly number[];
    };

export interface TruthObject {
  readonly id: number;
  /** `[x1, y1, x2, y2]` in pixels of the image file. */
  readonly box: readonly [number, number, number, number];
  /** Index into `Dataset.categories`, from 0. */
  readonly category: number;
  readonly area: number;
  /** COCO `iscrowd`: neither trained on nor counted as missed. */
  readonly crowd: boolean;
  /** VOC `difficult`: not counted. */
  readonly difficult: boolean;
  readonly segmentation?: Segmentation;
}

export interface ImageRecord {
  readonly id: number;
  readonly fileName: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly TruthObject[];
}

export interface Dataset {
  /** The annotation file or folder, as named. */
  readonly name: string;
  /** In ascending order of their ids; index in this list + 1 is the class index in the model. */
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly images: readonly ImageRecord[];
}

/** What `predict` gives for one image, in pixels of the image file. */
export interface Detection {
  readonly box: readonly [number, number, number, number];
  readonly score: number;
  /** Index into the categories, from 0. */
  readonly category: number;
  /** Over the whole image. */
  readonly mask?: RunLengths;
}
