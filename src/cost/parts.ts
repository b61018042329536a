/** The parts of a model as papers name them: the networks of its backbone, the RPN, the trunk and the heads. */
import type { LayerUse, Model } from "../model/model.ts";

/** Every primitive layer of the model. */
export const layersOf = ({ backbone, rpn, regions }: Model): readonly LayerUse[] => [
  ...backbone.layers,
  ...(rpn?.head.layers ?? []),
  ...regions.trunk.layers,
  ...regions.heads.flatMap((head) => head.layers.layers),
];

/** Gives the part that a path belongs to, be it of a layer or of its parameter: `backbone: fpn`, `rpn`, `regions.mask`. */
export function partsOf({ backbone }: Model): (path: string) => string {
  const modules = new Map(backbone.layers.map(({ path, module }) => [path, module]));
  return (path) => {
    const [first = "", second] = path.split(".");
    const module = modules.get(path) ?? modules.get(path.replace(/\.[^.]*$/, ""));
    if (module !== undefined) return `${first}: ${module}`;
    return first === "regions" && second !== undefined ? `${first}.${second}` : first;
  };
}

/** Gives the phase of a run that a path belongs to: what happens one after another, from the image to the result. */
export function phasesOf(model: Model): (path: string) => string {
  const partOf = partsOf(model);
  return (path) => {
    if (path.startsWith("backbone")) return partOf(path);
    return phases.find(([, pattern]) => pattern.test(path))?.[0] ?? "other";
  };
}

/** The first that fits. */
const phases: readonly (readonly [phase: string, pattern: RegExp])[] = [
  ["input", /^input/],
  ["matching, sampling", /^(truths|rpn\.match|rpn\.sample|regions\.(addTruths|match|sample))/],
  ["losses", /^losses|\.loss$/],
  ["proposals", /^(rpn\.(propose|anchors)|proposals)/],
  ["RPN head", /^rpn/],
  ["RoI features", /^regions\.(assign|pool)|^regions\.[^.]+\.pool/],
  ["detections", /^detect|^regions\.[^.]+\.(scores|decode)/],
  ["heads", /^regions/],
  ["gradient norm", /^sgd$/],
];
