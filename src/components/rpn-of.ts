/** The RPN of a model that has one. */
import type { Model, RpnModel } from "../model/model.ts";
import { invariant } from "../support/invariant.ts";

export function rpnOf({ model }: { readonly model: Model }): RpnModel {
  invariant(model.rpn, "only models with an RPN have its parts lowered");
  return model.rpn;
}
