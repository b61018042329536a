/** Images to detections as a stream: what is read, computed and waiting at a time does not grow with their number. */
import type { Detection } from "../data/dataset.ts";
import { type RgbImage, readImage } from "../data/read-image.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { mapAhead } from "../support/map-ahead.ts";
import type { Predictor, PreparedImage } from "./predictor.ts";

export interface ImageSource {
  /** By which proposals know the image. */
  readonly name: string;
  readonly path: string;
}

export type Predicted<S> =
  | {
      readonly kind: "found";
      readonly source: S;
      readonly image: RgbImage;
      /** By descending score. */
      readonly detections: readonly Detection[];
    }
  /** The file cannot be read as an image. */
  | { readonly kind: "unreadable"; readonly source: S; readonly diagnostics: readonly Diagnostic[] };

type Read<S> =
  | { readonly kind: "prepared"; readonly at: number; readonly source: S; readonly prepared: PreparedImage }
  | { readonly kind: "unreadable"; readonly at: number; readonly result: Predicted<S> };

type Ready<S> = Extract<Read<S>, { kind: "prepared" }>;

/** An image may be overtaken by so many batches of the other sizes before its own runs unfilled. */
const patience = 4;

/**
 * Detections in the order of `sources`. Decoding and resizing run ahead of the computation, which in the native back
 * end has a thread of its own; images of one bucket make up a batch.
 */
export async function* predictImages<S extends ImageSource>(
  predictor: Predictor,
  sources: readonly S[],
): AsyncGenerator<Predicted<S>, void, undefined> {
  const { batch, calls } = predictor;
  const read = mapAhead(sources.entries(), 2 * batch, ([at, source]) => readOne(predictor, at, source));
  const batches = inBatches(read, batch);
  const computed = mapAhead(batches, calls, (each) => computeOne(predictor, each));
  yield* inOrder(computed);
}

async function readOne<S extends ImageSource>(predictor: Predictor, at: number, source: S): Promise<Read<S>> {
  const { value: image, diagnostics } = await readImage(source.path);
  if (!image) return { kind: "unreadable", at, result: { kind: "unreadable", source, diagnostics } };
  return { kind: "prepared", at, source, prepared: predictor.prepare(image, source.name) };
}

/** Images of one bucket, in order; what cannot be read goes by itself. */
async function* inBatches<S>(
  images: AsyncIterable<Read<S>>,
  batch: number,
): AsyncGenerator<readonly Read<S>[], void, undefined> {
  const waiting = new Map<string, Ready<S>[]>();
  for await (const image of images) {
    if (image.kind === "unreadable") {
      yield [image];
      continue;
    }
    const { name } = image.prepared.bucket;
    const group = [...(waiting.get(name) ?? []), image];
    waiting.set(name, group);
    const full = group.length === batch;
    const due = full
      ? group
      : [...waiting.values()].find(([first]) => image.at - first!.at >= patience * batch);
    if (!due) continue;
    waiting.delete(due[0]!.prepared.bucket.name);
    yield due;
  }
  yield* waiting.values();
}

type Placed<S> = readonly (readonly [at: number, result: Predicted<S>])[];

async function computeOne<S>(predictor: Predictor, images: readonly Read<S>[]): Promise<Placed<S>> {
  const ready = images.filter((image) => image.kind === "prepared");
  if (ready.length === 0)
    return images.flatMap((image) =>
      image.kind === "unreadable" ? [[image.at, image.result] as const] : [],
    );
  const found = await predictor.detect(ready.map(({ prepared }) => prepared));
  return ready.map(({ at, source, prepared: { image } }, index) => [
    at,
    { kind: "found", source, image, detections: found[index]! },
  ]);
}

/** Batches of two buckets finish out of order; results wait for those before them. */
async function* inOrder<S>(batches: AsyncIterable<Placed<S>>): AsyncGenerator<Predicted<S>, void, undefined> {
  const waiting = new Map<number, Predicted<S>>();
  let next = 0;
  for await (const batch of batches) {
    for (const [at, result] of batch) waiting.set(at, result);
    for (let result = waiting.get(next); result; result = waiting.get(next)) {
      waiting.delete(next++);
      yield result;
    }
  }
}
