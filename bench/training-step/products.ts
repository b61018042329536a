/** A process that runs the convolutions and matrix products of a config's training step, and nothing else, for each line. */
import "../../src/support/node-compatibility.ts";
import { parseArgs } from "node:util";
import { buildProgram, emit } from "../../src/compile.ts";
import type { Graph, Node } from "../../src/ir/types.ts";
import { resolveFile } from "../../src/language.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { open } from "../../src/runtime/index.ts";
import { initialState } from "../../src/train/initial-state.ts";
import { answerLines } from "./answer-lines.ts";
import { createScenario } from "./scenario.ts";

const { config } = parseArgs({ options: { config: { type: "string" } } }).values;
const { value: model } = await resolveFile(config!, { set: ["train.batch=1images"] });
const { bucket } = createScenario(0);
const step = buildProgram(model!, { train: { train_step: bucket } }).value!.functions.train_step!;

const measured = new Set(["conv2d", "conv2dInputGrad", "conv2dFilterGrad", "groupedConv2d", "matmul"]);
const products = new Map<string, { readonly graph: Graph; count: number }>();
for (const node of step.nodes) {
  if (!measured.has(node.op)) continue;
  const key = JSON.stringify([node.op, node.inputs.map(({ type }) => type.shape), node.attributes]);
  const known = products.get(key);
  if (known) known.count++;
  else products.set(key, { graph: graphOf(node, `product${products.size}`), count: 1 });
}

const functions = Object.fromEntries([...products.values()].map(({ graph }) => [graph.name, graph]));
const artifact = emit({ name: "products", functions }, "saved-model");
const session = await open(artifact, { backend: "native" });
await session.write(initialState(artifact.signatures.state, 0));
for (const name of Object.keys(functions)) await session.run(name, {});

await answerLines({ products: products.size }, async () => {
  // Equal products run once and count as often as the step has them: nothing may take them for one.
  let seconds = 0;
  let processorSeconds = 0;
  for (const { graph, count } of products.values()) {
    const used = process.cpuUsage();
    const began = performance.now();
    await session.run(graph.name, {});
    seconds += (count * (performance.now() - began)) / 1000;
    const { user, system } = process.cpuUsage(used);
    processorSeconds += (count * (user + system)) / 1e6;
  }
  return { seconds, processorSeconds };
});
await session.close();
process.exit(0);

/** The node on variables; of its result one element is fetched. */
function graphOf({ op, inputs, attributes }: Node, name: string): Graph {
  const b = createBuilder(name);
  const operands = inputs.map(({ type }, index) =>
    b.parameter(`${index}/${type.shape.join("x")}`, "weight", type.shape, { kind: "uniform", bound: 1 }),
  );
  const [result] = b.apply(op, operands, attributes);
  const one = b.slice(result!, {
    begin: result!.type.shape.map(() => 0),
    size: result!.type.shape.map(() => 1),
  });
  b.output("one", one, "");
  return b.build();
}
