/** The parts of a model as papers name them: the networks of its backbone, the RPN, the trunk and the heads. */
import type { LayerUse, Model } from "../model/model.ts";

/** Every primitive layer of the model. */
export const layersOf = ({ backbone, rpn, regions }: Model): readonly LayerUse[] => [
  ...backbone.layers,
  ...(rpn?.head.layers ?? []),
  ...regions.trunk.layers,
  ...regions.heads.flatMap((head) => head.layers.layers),
];

/** Gives the part that a path belongs to: `backbone: fpn`, `rpn`, `regions.trunk`, `regions.mask`, `detect`. */
export function partsOf({ backbone }: Model): (path: string) => string {
  const modules = new Map(backbone.layers.map(({ path, module }) => [path, module]));
  return (path) => {
    const [first = "", second] = path.split(".");
    const module = modules.get(path);
    if (module !== undefined) return `${first}: ${module}`;
    return first === "regions" && second !== undefined ? `${first}.${second}` : first;
  };
}
