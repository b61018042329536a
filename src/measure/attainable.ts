/** What a back end can do at best on this machine: one plain convolution and one plain product of matrices. */
import { emit } from "../compile.ts";
import { multiplyAdds } from "../cost/products.ts";
import type { Graph } from "../ir/types.ts";
import { createBuilder } from "../ops/builder.ts";
import { inferencePassesIn, optimize } from "../passes/pipeline.ts";
import { type Backend, open, targetOf } from "../runtime/index.ts";
import type { Session } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import type { BackendChoice, PredictionChoice } from "../train/api.ts";
import { initialState } from "../train/initial-state.ts";
import type { Product } from "./attribute.ts";

export interface Rates {
  /** GFLOP/s, two operations a multiply-add. */
  readonly convolution: number;
  readonly product: number;
}

/** Seconds that products would take at these rates. */
export const attainableSeconds = (products: readonly Product[], rates: Rates): number =>
  products.reduce((sum, { op, macs }) => {
    const rate = op === "matmul" ? rates.product : rates.convolution;
    return sum + (2 * macs) / rate / 1e9;
  }, 0);

export interface Yardstick {
  /** Each op a few times more; the time is that of its kernels. */
  readonly measure: () => Promise<Rates>;
  readonly close: () => Promise<void>;
}

const normal = { kind: "normal", deviation: 0.05 } as const;

/** A layer of a pyramid at 800 x 1216: wide enough to be bound by arithmetic, short enough for every round. */
function convolution(): Graph {
  const b = createBuilder("convolution");
  const x = b.parameter("x", "frozen", [1, 50, 76, 256], normal);
  const filter = b.parameter("filter", "frozen", [3, 3, 256, 256], normal);
  const ones = [1, 1];
  const window = { strides: ones, padding: [ones, ones], dilations: ones };
  b.output("corner", b.slice(b.conv2d(x, filter, window), { begin: [0, 0, 0, 0], size: [1, 1, 1, 1] }), "");
  return b.build();
}

function product(): Graph {
  const b = createBuilder("product");
  const x = b.parameter("rows", "frozen", [2048, 1024], normal);
  const y = b.parameter("columns", "frozen", [1024, 1024], normal);
  const all = b.matmul(x, y, { transposeX: false, transposeY: false });
  b.output("corner", b.slice(all, { begin: [0, 0], size: [1, 1] }), "");
  return b.build();
}

type YardstickOptions = Pick<BackendChoice, "device"> & Pick<PredictionChoice, "precision">;

/** The stock kernels, in the precision of the workload. Throws a `RuntimeFault` where the back end is missing. */
export async function openYardstick(
  backend: Backend,
  { device, precision }: YardstickOptions,
): Promise<Yardstick> {
  const passes = inferencePassesIn(precision ?? "float32");
  const functions = { convolution: optimize(convolution(), passes), product: optimize(product(), passes) };
  const session = await open(emit({ name: "attainable", functions }, targetOf(backend)), { backend, device });
  await session.write(initialState(session.signatures.state, 0));
  const measure = async () => ({
    convolution: await rateOf(session, functions.convolution),
    product: await rateOf(session, functions.product),
  });
  return { measure, close: () => session.close() };
}

/** One short kernel is easily interrupted: so long in all, and so often at least. */
const leastSeconds = 0.2;
const leastTurns = 2;

/** Of a graph of one product; its kernel is what takes longest. */
async function rateOf(session: Session, graph: Graph): Promise<number> {
  invariant(session.watch, `${session.backend} cannot be watched`);
  const macs = graph.nodes.reduce((sum, node) => sum + multiplyAdds(node), 0);
  let [seconds, turns] = [0, 0];
  while (seconds < leastSeconds || turns < leastTurns) {
    const { events } = await session.watch(graph.name, {});
    seconds += Math.max(...events.map(({ duration }) => duration)) / 1e6;
    turns++;
  }
  return (2 * macs * turns) / seconds / 1e9;
}
