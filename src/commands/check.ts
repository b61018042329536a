/** `rcnn check`: all that is wrong with a config, without running anything. */
import { Flags } from "@oclif/core";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Bundle } from "../load/load.ts";
import type { BackendNeed, checkBackend, Mode } from "../train/check-backend.ts";
import { RcnnCommand } from "./base.ts";
import { diagnosticJson } from "./diagnostic-json.ts";
import { backendFlags, configArgument, setFlags } from "./flags.ts";

interface CheckSummary {
  readonly config: string;
  readonly model: string;
  readonly ablations: readonly { readonly name: string; readonly points: number }[];
  /** What the model needs of the back end that was asked about. */
  readonly needs?: readonly BackendNeed[];
  /** Warnings; where there are errors the document holds them alone. */
  readonly diagnostics: readonly object[];
}

type Model = Parameters<typeof checkBackend>[0];
type Backend = Parameters<typeof checkBackend>[1];

const modes = ["train", "predict"] as const;

export default class Check extends RcnnCommand {
  static override summary = "Say everything that is wrong with a config.";
  static override description =
    "Parses, checks and resolves the config, with every point of its ablations, and shows each problem at its place. Exit code 2 where there is an error.";
  static override examples = [
    "<%= config.bin %> check configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> check configs/mask-rcnn-resnet50-fpn.rcnn --backend wasm --mode train",
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
  };

  async run(): Promise<CheckSummary> {
    const { args, flags } = await this.parse(Check);
    const { loadFile, resolveBundle } = await import("../language.ts");
    const options = { set: await this.overrides(flags) };
    const bundle = await this.take(await loadFile(args.config));
    const resolved = resolveBundle(bundle, options);
    const model = await this.take(resolved);
    const planned = fresh(await plansOf(bundle, options), resolved.diagnostics);
    const plans = await this.take(planned);
    this.log(`${args.config}: model \`${model.name}\` has no errors.`);
    const ablations = plans.map(({ name, points }) => ({ name: name.text, points: points.length }));
    for (const { name, points } of ablations) {
      this.log(`${args.config}: the ${points} points of the ablation \`${name}\` have no errors.`);
    }
    const warnings = [...resolved.diagnostics, ...planned.diagnostics].map(diagnosticJson);
    const summary = { config: args.config, model: model.name, ablations, diagnostics: warnings };
    if (!flags.backend) return summary;
    const wanted = flags.mode ? [flags.mode] : modes;
    return { ...summary, needs: await this.needs(model, flags.backend, wanted) };
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

/** Most files have no ablation, and then need nothing that plans one. */
async function plansOf(bundle: Bundle, options: { readonly set: readonly string[] }) {
  const isAblation = (each: Bundle["entry"]["declarations"][number]): boolean =>
    each.kind === "block" && each.keyword.text === "ablation";
  if (!bundle.entry.declarations.some(isAblation)) return { value: [], diagnostics: [] };
  const { planBundle } = await import("../sweep/plan.ts");
  return planBundle(bundle, options);
}

/** Without what has been said of the model already. */
function fresh<T>({ value, diagnostics }: Result<T>, said: readonly Diagnostic[]): Result<T> {
  const key = (diagnostic: Diagnostic): string => JSON.stringify(diagnosticJson(diagnostic));
  const known = new Set(said.map(key));
  const rest = diagnostics.filter((diagnostic) => !known.has(key(diagnostic)));
  return { ...(value !== undefined && { value }), diagnostics: rest };
}
