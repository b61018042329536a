/** `rcnn check`: all that is wrong with a config, without running anything. */
import { Flags } from "@oclif/core";
import type { AnchorCoverage } from "../answers/anchor-coverage.ts";
import type { Dataset } from "../data/dataset.ts";
import type { LoadedDataset } from "../data/load-dataset.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { inOrder } from "../diagnostics/in-order.ts";
import type { Bundle } from "../load/load.ts";
import type { planBundle } from "../sweep/plan.ts";
import type { BackendNeed, checkBackend, Mode } from "../train/check-backend.ts";
import { RcnnCommand } from "./base.ts";
import { diagnosticsJson } from "./diagnostic-json.ts";
import { backendFlags, configArgument, dataFlags, path, setFlags } from "./flags.ts";

interface CheckSummary {
  readonly config: string;
  readonly model: string;
  readonly ablations: readonly { readonly name: string; readonly points: number }[];
  /** What the model needs of the back end that was asked about. */
  readonly needs?: readonly BackendNeed[];
  /** How the anchors fit the data set that was given, for a model with an RPN. */
  readonly anchors?: AnchorCoverage;
  /** Warnings; where there are errors the document holds them alone. */
  readonly diagnostics: readonly object[];
}

type Model = Parameters<typeof checkBackend>[0];
type Backend = Parameters<typeof checkBackend>[1];

interface GivenData {
  readonly data?: string | undefined;
  readonly format?: "coco" | "voc" | undefined;
  readonly annotations?: string | undefined;
  readonly images?: string | undefined;
}

const modes = ["train", "predict"] as const;

export default class Check extends RcnnCommand {
  static override summary = "Say everything that is wrong with a config.";
  static override description =
    "Parses, checks and resolves the config, with every point of its ablations, and shows each problem at its place. Exit code 2 where there is an error.";
  static override examples = [
    "<%= config.bin %> check configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> check configs/mask-rcnn-resnet50-fpn.rcnn --backend wasm --mode train",
    "<%= config.bin %> check configs/mask-rcnn-nuclei.rcnn --data test/data/nuclei",
  ];
  static override args = { config: configArgument() };
  static override flags = {
    ...setFlags,
    backend: {
      ...backendFlags.backend,
      description: "look up too whether it can run there: every kernel, and the memory",
    },
    mode: Flags.option({ options: modes })({
      description: "what it is to do on that back end; both unless given",
      dependsOn: ["backend"],
    }),
    data: path({
      helpValue: "DIR",
      description: "look up too whether it fits this data set: classes, outlines, anchors",
    }),
    format: dataFlags.format,
    annotations: dataFlags.annotations,
    images: dataFlags.images,
  };

  async run(): Promise<CheckSummary> {
    const { args, flags } = await this.parse(Check);
    const { checkBundle, loadFile } = await import("../language.ts");
    const data = await this.dataset(flags);
    const dataset = data?.value;
    const options = { set: await this.overrides(flags), ...(dataset && knownOf(dataset)) };
    const loaded = await loadFile(args.config);
    const bundle = loaded.value ?? (await this.take(loaded));
    const checked = checkBundle(bundle, options);
    const planned = await plansOf(bundle, options);
    const problems = inOrder([...loaded.diagnostics, ...checked.diagnostics, ...planned.diagnostics]);
    const [model, plans = []] = await this.take({
      ...(checked.value && { value: [checked.value, planned.value] as const }),
      diagnostics: problems,
    });
    this.log(`${args.config}: model \`${model.name}\` has no errors.`);
    const ablations = plans.map(({ name, points }) => ({ name: name.text, points: points.length }));
    for (const { name, points } of ablations) {
      this.log(`${args.config}: the ${points} points of the ablation \`${name}\` have no errors.`);
    }
    const masks = model.regions.heads.some(({ kind }) => kind === "segment");
    await this.take({ value: model, diagnostics: masks && data ? data.outlines() : [] });
    const fit = dataset && (await this.fit(model, dataset));
    const found = [...problems, ...(fit?.diagnostics ?? [])];
    const summary: CheckSummary = {
      config: args.config,
      model: model.name,
      ablations,
      ...(fit?.value && { anchors: fit.value }),
      diagnostics: await diagnosticsJson(found),
    };
    if (!flags.backend) return summary;
    const wanted = flags.mode ? [flags.mode] : modes;
    return { ...summary, needs: await this.needs(model, flags.backend, wanted) };
  }

  /** The part `train` of the data set that was given. */
  private async dataset(flags: GivenData): Promise<LoadedDataset | undefined> {
    const { data, format, annotations, images } = flags;
    if (data === undefined) return undefined;
    const { loadDataset } = await import("../data/load-dataset.ts");
    const loaded = await loadDataset({ data, split: "train", format, annotations, images });
    await this.take(loaded);
    return loaded;
  }

  /** How the anchors of the model fit the objects. */
  private async fit(model: Model, dataset: Dataset): Promise<Result<AnchorCoverage>> {
    const { anchorCoverage, coverageProblems } = await import("../answers/anchor-coverage.ts");
    const coverage = anchorCoverage(model, dataset);
    if (!coverage) return { diagnostics: [] };
    const { objects, reached, positive, median, levels } = coverage;
    const share = (count: number) => `${((100 * count) / objects).toFixed(0)} %`;
    const best = levels.map(({ name, objects: count }) => `${name} ${share(count)}`).join(", ");
    this.log(
      `${share(reached)} of the ${objects} objects of \`${dataset.name}\` have an anchor that overlaps them by ${positive} or more; best overlaps have the median ${median.toFixed(2)}, found on ${best}.`,
    );
    const diagnostics = coverageProblems(model, coverage, dataset.name);
    await this.take({ value: coverage, diagnostics });
    return { value: coverage, diagnostics };
  }

  private async needs(
    model: Model,
    backend: Backend,
    wanted: readonly Mode[],
  ): Promise<readonly BackendNeed[]> {
    const { checkBackend: ask } = await import("../train/check-backend.ts");
    const needs: BackendNeed[] = [];
    for (const mode of wanted) {
      const found = await this.take(await ask(model, backend, mode));
      for (const { function: name, bytes } of found) {
        const memory = `${(bytes / 2 ** 30).toFixed(2)} GiB`;
        this.log(`\`${name}\` runs on the back end \`${backend}\`, with about ${memory} of memory.`);
      }
      needs.push(...found);
    }
    return needs;
  }
}

/** What a config is checked against besides itself. */
const knownOf = ({ categories }: Dataset) => ({
  classes: categories.length,
  categoryIds: categories.map(({ id }) => id),
  categoryNames: categories.map(({ name }) => name),
});

/** Most files have no ablation, and then need nothing that plans one. */
async function plansOf(bundle: Bundle, options: Parameters<typeof planBundle>[1]) {
  const isAblation = (each: Bundle["entry"]["declarations"][number]): boolean =>
    each.kind === "block" && each.keyword.text === "ablation";
  if (!bundle.entry.declarations.some(isAblation)) return { value: [], diagnostics: [] };
  const { planBundle: plan } = await import("../sweep/plan.ts");
  return plan(bundle, options);
}
