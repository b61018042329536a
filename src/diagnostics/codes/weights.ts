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
});
