/** What can be wrong with a file of weights, a mapping of names, or the two together. */
import { defineCodes } from "../codes.ts";

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

export const weightsCodes = defineCodes({
  "weights/missing-file": {
    severity: "error",
    message: (v: { file: string }) => `There is no weight file \`${v.file}\`.`,
    explain:
      "The path must name a file that can be read: `.pth`, `.pkl` or `.safetensors`, told apart by content.",
  },
  "weights/unknown-format": {
    severity: "error",
    message: (v: { file: string }) =>
      `\`${v.file}\` is no weight file that we read; expected what \`torch.save\` writes, a pickle of numpy arrays, or safetensors.`,
    explain:
      "The format is told by the first bytes: a zip or an older file of `torch.save`, a pickle of numpy arrays as Detectron2 publishes, or safetensors. An HTML page in place of a download is a frequent cause.",
  },
  "weights/zip": {
    severity: "error",
    message: (v: { file: string; problem: string }) => `The zip \`${v.file}\` cannot be used: ${v.problem}.`,
    explain:
      "`torch.save` writes a zip whose entries are neither compressed nor encrypted, with names inside one folder and sizes that agree. Anything else is refused before a byte of it is read: it is damaged, or made to mislead.",
  },
  "weights/pickle": {
    severity: "error",
    message: (v: { file: string; at: number; problem: string }) =>
      `The pickle in \`${v.file}\` cannot be read at byte ${v.at}: ${v.problem}.`,
    explain:
      "A pickle is a small program. It is read here by a machine of our own that makes tensors and containers and nothing else, with limits on its size, so a file that is cut short, damaged or made to mislead ends here.",
  },
  "weights/global": {
    severity: "error",
    message: (v: { file: string; name: string }) =>
      `The pickle in \`${v.file}\` asks for \`${v.name}\`, which is neither a tensor nor a container.`,
    explain:
      "A pickle can name any function of Python and have it called. Only the few names that make tensors, arrays and dictionaries are known here; nothing is ever run. If the file is a whole checkpoint with options of a training program in it, save the weights alone: `torch.save(checkpoint['model'], 'weights.pth')`.",
  },
  "weights/no-tensors": {
    severity: "error",
    message: (v: { file: string; keys: readonly string[] }) =>
      `\`${v.file}\` holds no dictionary of tensors${v.keys.length ? `; its keys are ${quoted(v.keys)}` : ""}.`,
    explain:
      "Weights are a dictionary from names to tensors, by itself or under `model`, `state_dict`, `model_state_dict`, `weights` or `blobs`.",
  },
  "weights/mapping": {
    severity: "error",
    message: (v: { file: string; problem: string }) =>
      `The mapping \`${v.file}\` cannot be used: ${v.problem}.`,
    explain:
      "A mapping is a JSON file that says which tensor of a weight file is which parameter of a model; those that ship stand in `configs/weights`, and `grammar/weights.schema.json` is its schema. Patterns such as `backbone.c{stage}.first.conv{n}` find numbers in our names, and `layer{stage-1}.0.conv{n}` writes them into foreign ones.",
  },
  "weights/unknown-mapping": {
    severity: "error",
    message: (v: { name: string; known: readonly string[]; nearest: string | undefined }) =>
      `There is no mapping \`${v.name}\`; expected a JSON file, or one of ${quoted(v.known)}${v.nearest ? ` (did you mean \`${v.nearest}\`?)` : ""}.`,
    explain: "`--mapping` takes the name of a mapping that ships, or the path of a JSON file with one.",
  },
  "weights/categories": {
    severity: "error",
    message: (v: { file: string; problem: string }) =>
      `The names of the classes cannot be read from \`${v.file}\`: ${v.problem}.`,
    explain:
      "`--categories` takes a COCO annotation file, whose categories are the classes in the order of their ids, or a JSON list of names, the first of which is class 1.",
  },
  "weights/nothing-fits": {
    severity: "error",
    message: (v: { file: string; names: readonly string[]; wanted: readonly string[] }) =>
      `No mapping finds a parameter of the config in \`${v.file}\`; it has ${quoted(v.names)}, and the config asks for ${quoted(v.wanted)}.`,
    explain:
      "The names of a file's tensors are compared with those of every mapping that ships. Where the weights are of another code base, write a mapping and give it with `--mapping FILE`; those in `configs/weights` are examples. Where they are of another model, take its config.",
  },
  "weights/missing": {
    severity: "error",
    message: (v: { parameter: string; tried: readonly string[]; mapping: string; file: string }) =>
      v.tried.length > 0
        ? `\`${v.parameter}\` is not in \`${v.file}\`: it has no tensor ${quoted(v.tried)} (mapping \`${v.mapping}\`).`
        : `\`${v.parameter}\` is not in \`${v.file}\`: the mapping \`${v.mapping}\` has no name for its layer.`,
    explain:
      "Every parameter of a config needs numbers. A model of another depth, a head that the weights do not have, or a mapping that does not know a layer leave some without. `--partial` keeps the initial values of what is missing, as `rcnn train --init` does.",
  },
  "weights/shape": {
    severity: "error",
    message: (v: {
      parameter: string;
      name: string;
      file: string;
      expected: readonly number[];
      found: readonly number[];
      classes: number | undefined;
    }) =>
      `\`${v.name}\` in \`${v.file}\` has shape [${v.found.join(", ")}]; \`${v.parameter}\` needs [${v.expected.join(", ")}]${v.classes === undefined ? "" : `. The file was trained for ${v.classes} classes: \`--set model.classes=${v.classes}\``}.`,
    explain:
      "The shape is that which the parameter has in the layout of the file. A last layer with other outputs was trained for another number of classes; any other difference means another model.",
  },
  "weights/nameless": {
    severity: "error",
    message: (v: { parameter: string; mapping: string | undefined }) =>
      `${v.mapping === undefined ? "No mapping that ships" : `The mapping \`${v.mapping}\``} has a name for every parameter of the run; the first without one is \`${v.parameter}\`.`,
    explain:
      "An export writes each parameter under the name that a mapping gives it. A model that is no counterpart of another program's has none: write a mapping for it, as those in `configs/weights`, or take `--mapping rcnn`, which keeps our names and our layout.",
  },
  "weights/not-finite": {
    severity: "error",
    message: (v: { name: string; file: string; count: number; of: number }) =>
      `\`${v.name}\` in \`${v.file}\` has ${v.count} of ${v.of} numbers that are not finite.`,
    explain:
      "NaN or infinity in weights makes every result meaningless: the run that wrote them had diverged, or the file is damaged.",
  },
  "weights/unused": {
    severity: "warning",
    message: (v: { file: string; names: readonly string[]; count: number; mapping: string }) =>
      `${v.count} tensor${v.count === 1 ? "" : "s"} of \`${v.file}\` ha${v.count === 1 ? "s" : "ve"} no place in the config: ${quoted(v.names)}${v.count > v.names.length ? ", ..." : ""} (mapping \`${v.mapping}\`).`,
    explain:
      "The file holds more than the config asks for, such as the mask head of a Mask R-CNN read into a Faster R-CNN, or the last layer of a classifier. The report of `--json` lists all of them.",
  },
  "weights/trained-otherwise": {
    severity: "error",
    message: (v: { what: string; weights: string; config: string; from: string; fix: string }) =>
      `The weights were trained with ${v.what} ${v.weights}, by ${v.from}; the config has ${v.config}. Write \`${v.fix}\`.`,
    explain:
      "No tensor says how pixels became numbers, what was added to variances, or what the classes are called, and a difference shows only in worse detections. It is therefore kept with the weights, or known of their mapping, and compared. Change the config to what the weights were trained with; where the mapping is wrong about yours, give one of your own with `--mapping`.",
  },
});
