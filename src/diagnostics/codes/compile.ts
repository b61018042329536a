/** Codes of the compiler as a whole. */
import { defineCodes } from "../codes.ts";

export const compileCodes = defineCodes({
  "compile/too-large": {
    severity: "error",
    message: ({ batch, height, width }: { batch: number; height: number; width: number }) =>
      `A batch of ${batch} images of ${height} x ${width} pixels has more numbers than one tensor holds; expected fewer images or smaller ones.`,
    explain:
      "A tensor has at most 2,147,483,647 numbers, on every back end. The images of one step are one tensor: `batch` x height x width x 3, with the sides padded up to `multiple`.",
  },
  "compile/no-kernel": {
    severity: "error",
    message: (v: {
      backend: string;
      kernel: string;
      op: string | undefined;
      path: string | undefined;
      mode: "train" | "predict";
    }) =>
      `The back end \`${v.backend}\` has no kernel \`${v.kernel}\`, which ${v.path === undefined ? "the model" : `\`${v.path}\` (op \`${v.op}\`)`} needs to ${v.mode}.`,
    explain:
      "`rcnn check --backend NAME --mode train` compiles the config and looks every kernel of the plan up on the back end, before anything runs. Choose another back end, or another layer in that place.",
  },
  "compile/precision-unfit": {
    severity: "error",
    message: ({ precision, target }: { precision: string; target: string }) =>
      `\`--precision ${precision}\` needs TensorFlow's own library, and this is \`${target}\`, which TensorFlow.js runs. Choose \`--backend native\` (to compile: \`--target saved-model\`), or leave \`--precision\` out.`,
    explain:
      "TensorFlow multiplies bfloat16 numbers at about twice the speed of float32 on processors that have instructions for it. TensorFlow.js has no kernels for them: its back ends would round every value and save no time, so they refuse. `--backend reference` computes what the rounded graph means, in plain loops.",
  },
  "compile/unknown-pass": {
    severity: "error",
    message: ({ name, known }: { name: string; known: readonly string[] }) =>
      `No pass of this function is called \`${name}\`; there are ${known.map((each) => `\`${each}\``).join(", ")}.`,
    explain:
      "`rcnn inspect --ir --after PASS` prints the graph as it is after one pass. The passes of prediction and of training differ: `--function` chooses between them.",
  },
});
