/** What the readers of annotation files take and give. */
import type { Where } from "../diagnostics/codes.ts";
import type { Dataset, ImageRecord } from "./dataset.ts";

/** An image and where the annotations speak of it. */
export interface PlacedImage {
  readonly image: ImageRecord;
  readonly place: string;
  readonly where?: Where;
}

/** A data set whose image files have not been looked at yet. */
export interface ReadDataset {
  readonly categories: Dataset["categories"];
  readonly images: readonly PlacedImage[];
}

export interface FileOptions {
  /** The annotation file or folder, as shown to the user. */
  readonly name: string;
  /** The folder of the image files. */
  readonly images: string;
  /** Names of the categories in the order of the model; those of the file where absent. */
  readonly categories?: readonly string[] | undefined;
}
