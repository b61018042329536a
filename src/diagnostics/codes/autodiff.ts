/** What can be wrong with a loss that is to be differentiated. */
import { defineCodes } from "../codes.ts";

export const autodiffCodes = defineCodes({
  "autodiff/no-gradient": {
    severity: "error",
    message: ({ op, input, path, reason }: { op: string; input: string; path: string; reason: string }) =>
      `The loss depends on trained weights through \`${input}\` of \`${op}\` in \`${path}\`, which has no gradient (${reason}).`,
    explain:
      "Training follows the gradient of the loss, and this path from the loss to a weight passes an op that jumps: its gradient does not exist, and leaving it out would train something else than what the text says. " +
      "Either stop the gradient before the op, where the value is meant to be a constant to the loss (as decoded proposals are), or use an op that has a gradient.",
  },
});
