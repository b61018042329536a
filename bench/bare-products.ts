/** The convolutions and matrix products of a prediction and nothing else: what the rest of it is measured against. */
import { buildProgram } from "../src/compile.ts";
import { sizeOf } from "../src/ir/tensor-type.ts";
import type { Graph, TensorType, Value } from "../src/ir/types.ts";
import { type Builder, createBuilder } from "../src/ops/builder.ts";
import { open } from "../src/runtime/index.ts";
import type { HostTensors } from "../src/runtime/session.ts";
import { emitSavedModel } from "../src/targets/saved-model/emit.ts";
import { readRun } from "../src/train/run-file.ts";

const products = new Set(["conv2d", "conv2dInputGrad", "matmul"]);

/** Height and width of the image, padded. */
export const fullSize = { height: 800, width: 1216 } as const;

/**
 * Each product of `graph` on variables of its operands' shapes, the second of them its own, or TensorFlow would compute
 * equal ones once; of each result one number is added up.
 */
export function bareProducts(graph: Graph): Graph {
  const b = createBuilder("products");
  const sums = graph.nodes.flatMap((node, index) => {
    if (!products.has(node.op)) return [];
    const names = ["x", `y${index}`];
    const operands = node.inputs.map((input, place) => operandOf(b, input.type, names[place]!));
    return [first(b, b.apply(node.op, operands, node.attributes)[0]!)];
  });
  b.output(
    "sum",
    b.sum(b.concat(sums, { axis: 0 }), { axes: [0], keepDims: false }),
    "of one number of each",
  );
  return b.build();
}

const operandOf = (b: Builder, { shape }: TensorType, name: string): Value =>
  b.parameter(`${name}.${shape.join("x")}`, "frozen", shape, { kind: "constant", value: 0 });

const first = (b: Builder, value: Value): Value => {
  const ones = value.type.shape.map(() => 1);
  return b.reshape(b.slice(value, { begin: ones.map(() => 0), size: ones }), { shape: [1] });
};

/** The products of the run's model at full size, opened on the native back end; a call computes them once. */
export async function openProducts(folder: string): Promise<() => Promise<readonly number[]>> {
  const run = await readRun(folder);
  if (!run.value) throw new Error(run.diagnostics[0]?.message);
  const bucket = { batch: 1, objects: 0, pixels: 0, ...fullSize };
  const program = buildProgram(run.value.model, { predict: { predict: bucket } });
  const graph = bareProducts(program.value!.functions.predict!);
  const session = await open(emitSavedModel({ name: "products", functions: { products: graph } }), {
    backend: "native",
  });
  for (const { name, value } of graph.parameters) {
    const { shape } = value.type;
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(index) / 16);
    await session.write({ [name]: { dtype: "f32", shape, data } } satisfies HostTensors);
  }
  return async () => [...(await session.run("products", {})).sum!.data];
}
