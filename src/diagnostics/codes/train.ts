/** Codes of training, evaluation and prediction. */
import { defineCodes } from "../codes.ts";

const list = (losses: Readonly<Record<string, number>>): string =>
  Object.entries(losses)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

export const trainCodes = defineCodes({
  "train/non-finite-loss": {
    severity: "error",
    message: ({
      step,
      losses,
      file,
    }: {
      step: number;
      losses: Readonly<Record<string, number>>;
      file: string;
    }) =>
      `The loss is not a finite number at step ${step} (${list(losses)}); every step so far is in ${file}.`,
    explain:
      "A term of the loss became infinite or NaN, and every later step would be lost. The usual causes are a learning rate that is too high for the batch, no warm-up, or no gradient clipping: try `--lr` with a tenth, or `--set train.clip=10`.",
  },
  "train/category-mismatch": {
    severity: "error",
    message: ({
      place,
      found,
      expected,
    }: {
      place: string;
      found: readonly string[];
      expected: readonly string[];
    }) => `${place} has the categories ${found.join(", ")}; the run was trained on ${expected.join(", ")}.`,
    explain:
      "A class of the model is a place in the list of categories that it was trained on. A data set with other categories would give meaningless numbers, so it is refused.",
  },
  "train/other-run": {
    severity: "error",
    message: (v: { folder: string; what: string; there: string; here: string }) =>
      `The run in ${v.folder} cannot go on: ${v.what} is ${v.there} there and ${v.here} here.`,
    explain:
      "`--resume` takes the steps that are left of a run that was stopped, and gives what one without a stop would have given; so the resolved config, the seed and the data must be those that it began with. To begin another run with its weights, name it with `--init`.",
  },
  "train/proposals-wanted": {
    severity: "error",
    message: ({ model }: { model: string }) =>
      `\`${model}\` has no RPN and reads its regions from a file; give it with \`--proposals FILE\`.`,
    explain:
      "A model with `proposals = file` looks at boxes that another program found. `--proposals` names a JSON file from names of images to lists of boxes `[x1, y1, x2, y2]`, with a score as a fifth number if there is one, in pixels of the image file.",
  },
  "train/proposals-unused": {
    severity: "error",
    message: ({ model, path }: { model: string; path: string }) =>
      `\`${model}\` proposes regions itself and does not read \`${path}\`; leave out \`--proposals\`.`,
    explain: "Only a model with `proposals = file`, in place of an RPN, reads boxes from a file.",
  },
});
