/** What can be wrong with a data set or an image. `place` says where: a file, and the entry in it. */
import { defineCodes } from "../codes.ts";

interface Place {
  readonly place: string;
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

export const dataCodes = defineCodes({
  "data/missing-file": {
    severity: "error",
    message: ({ path, expected }: { path: string; expected: string }) =>
      `\`${path}\` does not exist or cannot be read; expected ${expected}.`,
    explain:
      "A file or folder that the command line or the layout of a data directory names is not there. A data directory holds `train/` and `val/`, each with `instances.json` (COCO) or `voc/*.xml` (Pascal VOC), and `images/`. Other places are given with flags.",
  },
  "data/invalid-json": {
    severity: "error",
    message: ({ path, reason }: { path: string; reason: string }) =>
      `\`${path}\` is not JSON: ${reason}. Expected COCO instances JSON.`,
    explain: "The annotation file could not be parsed. It may be cut short, or be another kind of file.",
  },
  "data/proposals-json": {
    severity: "error",
    message: ({ path, reason }: { path: string; reason: string }) =>
      `\`${path}\` is not JSON: ${reason}. Expected boxes by the names of image files.`,
    explain:
      "The file behind `--proposals` could not be parsed. It is an object from names of image files to lists of boxes.",
  },
  "data/no-proposals": {
    severity: "error",
    message: ({ path, name, count }: { path: string; name: string; count: number }) =>
      `\`${path}\` has no entry \`${name}\`${count > 1 ? `, nor ones for ${count - 1} other images` : ""}; expected a list of boxes, which may be empty.`,
    explain:
      "Each image needs an entry in the file of proposals, under the name of its file, with or without the folder.",
  },
  "data/invalid-xml": {
    severity: "error",
    message: ({ path, line, reason }: { path: string; line: number; reason: string }) =>
      `\`${path}:${line}\` is not well-formed XML: ${reason}`,
    explain:
      "A Pascal VOC annotation file could not be parsed. It may be cut short, or be another kind of file.",
  },
  "data/wrong-value": {
    severity: "error",
    message: ({ place, found, expected }: Place & { found: string; expected: string }) =>
      `${place} is ${found}; expected ${expected}.`,
    explain: "An entry of an annotation file is missing or has a value of another kind than the format says.",
  },
  "data/duplicate-id": {
    severity: "error",
    message: ({ place, id }: Place & { id: number | string }) =>
      `${place} has the id \`${id}\` that an earlier entry has; expected ids that differ.`,
    explain: "Annotations name images and categories by id, so two entries of one list must not share one.",
  },
  "data/unknown-category": {
    severity: "error",
    message: ({ place, category, known }: Place & { category: number | string; known: readonly string[] }) =>
      `${place} has the category \`${category}\`, which does not exist; expected one of ${list(known)}.`,
    explain:
      "An object belongs to a category that the data set does not declare, or that the model was not trained on. Add the category, or correct the annotation.",
  },
  "data/unknown-image": {
    severity: "error",
    message: ({ place, id }: Place & { id: number }) =>
      `${place} belongs to image \`${id}\`, which is not in the list of images; expected the id of one of them.`,
    explain:
      "Each annotation names its image by `image_id`. That image must be in `images` of the same file.",
  },
  "data/outside-image": {
    severity: "error",
    message: ({
      place,
      box,
      width,
      height,
    }: Place & { box: readonly number[]; width: number; height: number }) =>
      `${place} reaches outside its image: corners \`[${box.join(", ")}]\`; expected them within ${width} x ${height} pixels.`,
    explain:
      "A box lies partly or wholly outside its image by more than a pixel. Often the image was resized and the annotation was not, or width and height are swapped.",
  },
  "data/empty-box": {
    severity: "error",
    message: ({ place, box }: Place & { box: readonly number[] }) =>
      `${place} has a width or a height below 0: corners \`[${box.join(", ")}]\`; expected the lower corner first.`,
    explain:
      "The corners of the box have changed places, or its size is negative. Remove the object or correct it.",
  },
  "data/flat-boxes": {
    severity: "warning",
    message: (v: { path: string; count: number; id: number; fileName: string }) =>
      `\`${v.path}\` has ${v.count} box${v.count === 1 ? "" : "es"} without area, which ${v.count === 1 ? "is" : "are"} left out; the first is object ${v.id} of \`${v.fileName}\`.`,
    explain:
      "A box with a side below 0.01 pixels cannot be learnt from: its size is divided by. Torchvision leaves such boxes out too; COCO's training set has two.",
  },
  "data/bad-segmentation": {
    severity: "error",
    message: ({ place, reason, expected }: Place & { reason: string; expected: string }) =>
      `${place} is no outline: ${reason}; expected ${expected}.`,
    explain:
      "A segmentation is a list of polygons, each `[x, y, x, y, ...]` with three corners or more, or run lengths `{ size: [height, width], counts }` whose counts, a list or a compressed string, add up to the pixels of the image.",
  },
  "data/missing-segmentation": {
    severity: "error",
    message: ({ place }: Place) => `${place} has no outline; expected one, because the model learns masks.`,
    explain:
      "A model with a mask head needs the outline of every object that is not a crowd. Boxes alone serve a model without one.",
  },
  "data/unreadable-image": {
    severity: "error",
    message: ({ path, reason }: { path: string; reason: string }) =>
      `\`${path}\` cannot be read as an image: ${reason}. Expected PNG, JPEG, WebP, GIF, TIFF or AVIF.`,
    explain: "The file exists but is damaged, cut short, or of another kind.",
  },
  "data/size-mismatch": {
    severity: "error",
    message: ({ place, path, stated, actual }: Place & { path: string; stated: string; actual: string }) =>
      `${place} says ${stated} pixels, but \`${path}\` has ${actual}; expected the same (width x height).`,
    explain:
      "Boxes and outlines are in pixels of the image file. Where the sizes differ they would lie in the wrong place. The orientation in a photograph's EXIF data is not applied.",
  },
  "data/empty": {
    severity: "error",
    message: ({ path, what }: { path: string; what: string }) =>
      `\`${path}\` has no ${what}; expected at least one.`,
    explain: "There is nothing to train on or to evaluate with.",
  },
  "data/anchors-beside": {
    severity: "warning",
    message: (v: { data: string; objects: number; missed: number; negative: number }) =>
      `${v.missed} of the ${v.objects} objects of \`${v.data}\` have no anchor that overlaps them by ${v.negative}, where \`negative\` ends: sizes or ratios do not fit.`,
    explain:
      "Anchors are placed on every image as it is resized, and each object looks for its best. An object that none overlaps by `negative` is learnt from one poor anchor where `keepBest` is set, and never where it is not. Compare `anchors { sizes ratios }` with the boxes after resizing, in the units of `input`; `rcnn init` chooses them by the data.",
  },
  "data/unlisted-image": {
    severity: "error",
    message: ({ path, file }: { path: string; file: string }) =>
      `\`${path}\` is not among the \`images\` of \`${file}\`; expected an entry with that \`file_name\`, which gives its id.`,
    explain:
      "Results are compared with truths by the ids of images, which the file behind `--annotations` holds. An image is found there by its file name, with or without the folders above it. Without `--annotations`, images are counted from 1.",
  },
  "data/too-many-objects": {
    severity: "error",
    message: ({ path, objects, capacity }: { path: string; objects: number; capacity: number }) =>
      `\`${path}\` has ${objects} objects; expected at most ${capacity}, for which the model was compiled.`,
    explain:
      "A compiled training step holds a fixed number of true objects an image, taken from the data set it was compiled for. Objects are never left out silently.",
  },
  "data/too-many-pixels": {
    severity: "error",
    message: ({ paths, pixels, capacity }: { paths: readonly string[]; pixels: number; capacity: number }) =>
      `The masks of ${list(paths)} have ${pixels} pixels; expected at most ${capacity}, for which the model was compiled.`,
    explain:
      "A compiled training step holds a fixed number of mask pixels a batch, taken from the data set it was compiled for. Masks are never cut silently.",
  },
});
