/** What can be wrong with a run folder, a checkpoint or a tensor file. */
import { defineCodes } from "../codes.ts";

export const checkpointCodes = defineCodes({
  "checkpoint/not-a-run": {
    severity: "error",
    message: (v: { folder: string; missing: string }) =>
      `\`${v.folder}\` is not the folder of a run: it has no \`${v.missing}\`.`,
    explain:
      "`evaluate` and `predict` take the folder that `rcnn train --out` wrote. It holds the resolved config, the metrics and a folder `checkpoints`. A run that stopped before its first checkpoint has nothing to load.",
  },
  "checkpoint/other-vocabulary": {
    severity: "error",
    message: (v: { folder: string; words: readonly string[] }) =>
      `\`${v.folder}\` was trained by a version of rcnn with another vocabulary${v.words.length > 0 ? `: ${v.words.map((word) => `\`${word}\``).join(", ")} took other parameters` : ""}; train it again with this one.`,
    explain:
      "A run holds its model with every default filled in. Where the blocks or components that it uses take other parameters than they did, the same model could mean something else, so the run is refused and not guessed at. What the model does not use may change.",
  },
  "checkpoint/bad-manifest": {
    severity: "error",
    message: (v: { file: string; problem: string }) =>
      `The manifest \`${v.file}\` cannot be used: ${v.problem}.`,
    explain:
      "Each checkpoint has a JSON manifest beside it, with the step, the seed and hashes. It is written by rename after the tensors, so a broken one was changed by something else. Remove it to go on from the checkpoint before.",
  },
  "checkpoint/wrong-hash": {
    severity: "error",
    message: (v: { file: string }) =>
      `The tensors in \`${v.file}\` are not those of its manifest: the SHA-256 of the file differs.`,
    explain:
      "The manifest holds the hash of the tensor file as it was written. A copy that was cut short or a file that was edited is refused rather than loaded in part. Copy the run again, or remove this checkpoint and its manifest to use the one before.",
  },
  "checkpoint/other-config": {
    severity: "error",
    message: (v: { file: string; step: number }) =>
      `\`${v.file}\` is not the config that the checkpoint of step ${v.step} was trained with: the SHA-256 differs from that in its manifest.`,
    explain:
      "The manifest of a checkpoint holds the hash of the resolved config. A config that was edited afterwards, or a checkpoint copied from another run, would give a model that was never trained. Copy the run again.",
  },
  "checkpoint/bad-metrics": {
    severity: "error",
    message: (v: { file: string; line: number }) =>
      `Line ${v.line} of \`${v.file}\` is not a row of metrics; expected one JSON object with a \`step\` and \`losses\`.`,
    explain:
      "`metrics.jsonl` holds one JSON object a step. A last line that was cut off by a stopped process is left out; a broken line before it means that something else wrote to the file.",
  },
  "checkpoint/header-size": {
    severity: "error",
    message: (v: { file: string; size: number; limit: number }) =>
      `\`${v.file}\` is not a safetensors file: its header claims ${v.size} bytes; expected 2 to ${v.limit}.`,
    explain:
      "A safetensors file begins with the length of its JSON header in eight bytes. A length beyond the file or beyond 16 MB means that the file is cut short or has another format.",
  },
  "checkpoint/header-text": {
    severity: "error",
    message: (v: { file: string; problem: string }) =>
      `The header of \`${v.file}\` is not valid: ${v.problem}.`,
    explain:
      "The header of a safetensors file is a JSON object from tensor names to `dtype`, `shape` and `data_offsets`; `__metadata__` maps text to text. Anything else is refused.",
  },
  "checkpoint/tensor": {
    severity: "error",
    message: (v: { file: string; tensor: string; problem: string }) =>
      `Tensor \`${v.tensor}\` in \`${v.file}\` is not valid: ${v.problem}.`,
    explain:
      "The type must be F32, I32, U8 or BOOL, the shape a list of whole numbers, and the byte range as long as type and shape ask for.",
  },
  "checkpoint/gap": {
    severity: "error",
    message: (v: { file: string; at: number }) =>
      `The tensors in \`${v.file}\` do not fill its data: byte ${v.at} belongs to none or to two of them.`,
    explain:
      "The byte ranges of a safetensors file follow one another without holes or overlaps from the header to the end of the file. A file that breaks this was damaged or made to mislead.",
  },
});
