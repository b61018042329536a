/** What roiAlign, roiWarp and roiCrop share: cells of a region are means of bilinear samples on a regular grid. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType, Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import {
  type Attributes,
  type BrokenSample,
  constrain,
  type Op,
  type Sample,
  type TensorflowRef,
  type TensorflowWriter,
} from "../define.ts";
import {
  constrainLevels,
  constrainRegions,
  constrainSize,
  regionConstraints,
  splitRegions,
} from "./regions.ts";
import { type Frame, forEachTap, type GridRule } from "./sample-grids.ts";

type Shapes = readonly (readonly number[])[];
type Backward<A> = A & { readonly shapes: Shapes };

/** An op and its adjoint, but for what both have in common with the other samplers. */
interface Sampler<A extends Frame & Attributes> {
  readonly name: string;
  readonly summary: string;
  readonly attributes: Readonly<Record<Exclude<keyof A & string, keyof Frame>, string>>;
  /** Labels from C6 on, of the attributes that are this op's own, and how they are tested. */
  readonly constraints: Readonly<Record<string, string>>;
  readonly constrain: (attributes: A) => void;
  readonly rule: (attributes: A) => GridRule;
  /** Points a cell, about. */
  readonly points: (attributes: A) => number;
  readonly forward: Native<A, TensorflowRef>;
  readonly backward: Native<A, TensorflowRef[]>;
  readonly samples: readonly Sample<A>[];
  readonly backwardSamples: readonly Sample<Backward<A>>[];
  /** Attributes that every constraint accepts. */
  readonly plain: A;
  /** For each own constraint, what breaks it. */
  readonly broken: Readonly<Record<string, Partial<A>>>;
}

/** `inputs` as the op has them; `shapes` those of the levels. */
export type Native<A, R> = (
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: Shapes,
  how: A & { readonly regions: number },
) => R;

type Forward<A> = Op<readonly ["...levels", "boxes", "image", "level"], A>;
type Adjoint<A> = Op<readonly ["gradient", "boxes", "image", "level"], Backward<A>, readonly TensorType[]>;

const frameAttributes = {
  size: "cells of the output, [h, w]",
  strides: "pixels of the image a cell of each level",
};

const regionInputs = [
  {
    name: "boxes",
    gradient: "stop",
    reason: "regions are given, not learnt through pooling: He et al. 2017",
  },
  { name: "image", gradient: "stop", reason: "an index" },
  { name: "level", gradient: "stop", reason: "an index" },
] as const;

const map: TensorType = { dtype: "f32", shape: [1, 4, 4, 2] };
const oneBox: TensorType = { dtype: "f32", shape: [3, 4] };
const oneIndex: TensorType = { dtype: "i32", shape: [3] };

const costOf = <A extends Frame & Attributes>(
  { points }: Sampler<A>,
  cells: TensorType,
  attributes: A,
): number => 4 * points(attributes) * sizeOf(cells.shape);

function brokenSamples<A extends Frame & Attributes>({ plain, broken }: Sampler<A>): BrokenSample[] {
  const sample = (inputs: readonly TensorType[], label: string, changed: Attributes = {}): BrokenSample => ({
    label,
    inputs,
    attributes: { ...plain, ...changed },
  });
  return [
    sample([{ dtype: "f32", shape: [4, 4, 2] }, oneBox, oneIndex, oneIndex], "C1"),
    sample([map, oneIndex, oneIndex, oneIndex], "C2"),
    sample([map, oneBox, oneIndex, oneBox], "C3"),
    sample([map, oneBox, oneIndex, oneIndex], "C4", { strides: [4, 8] }),
    sample([map, oneBox, oneIndex, oneIndex], "C5", { size: [2] }),
    ...Object.entries(broken).map(([label, changed]) =>
      sample([map, oneBox, oneIndex, oneIndex], label, changed as Attributes),
    ),
  ];
}

/** `[R, h, w, C]` of regions over pyramid levels. */
export function sampledRegions<A extends Frame & Attributes>(sampler: Sampler<A>): Forward<A> {
  return {
    name: sampler.name,
    summary: sampler.summary,
    inputs: [{ name: "...levels", gradient: "differentiable" }, ...regionInputs],
    attributes: { ...frameAttributes, ...sampler.attributes } as Forward<A>["attributes"],
    constraints: { ...regionConstraints, ...sampler.constraints },
    infer(inputs, attributes) {
      const { levels, boxes, image, level } = splitRegions(inputs);
      constrainLevels(levels, attributes.strides);
      constrainRegions(boxes, image, level);
      constrainSize(attributes.size);
      sampler.constrain(attributes);
      return [{ dtype: "f32", shape: [boxes.shape[0]!, ...attributes.size, levels[0]!.shape[3]!] }];
    },
    reference(inputs, attributes, [y]) {
      const levels = inputs.slice(0, -3);
      const out = y!.data;
      const channels = y!.type.shape[3]!;
      const types = levels.map((level) => level.type);
      const add = (level: number, position: number, cell: number, weight: number): void => {
        const features = levels[level]!.data;
        for (let c = 0; c < channels; c++) out[cell + c]! += weight * features[position + c]!;
      };
      forEachTap(types, inputs.slice(-3), attributes, sampler.rule(attributes), add);
    },
    vjp(b, { inputs, attributes }, [gradient]) {
      const { levels, boxes, image, level } = splitRegions(inputs);
      const shapes = levels.map((value) => value.type.shape);
      const operands = [gradient!, boxes, image, level];
      return b.apply(`${sampler.name}Grad`, operands, { ...(attributes as Attributes), shapes });
    },
    cost: (_, [y], attributes) => costOf(sampler, y!, attributes),
    tfjs: "reference",
    tensorflow: (writer, refs, { inputs, outputs, attributes }) => [
      sampler.forward(
        writer,
        refs,
        inputs.slice(0, -3).map((value) => value.type.shape),
        { ...attributes, regions: outputs[0]!.type.shape[0]! },
      ),
    ],
    samples: sampler.samples,
    broken: brokenSamples(sampler),
  };
}

/** Zeros stand for the levels that no gradient reaches. */
const orZeros = (b: Builder, gradients: readonly (Value | undefined)[], shapes: Shapes): Value[] =>
  shapes.map((shape, i) => gradients[i] ?? b.constant(new Float32Array(sizeOf(shape)), "f32", shape));

/** The adjoint: spreads the gradient of the regions' features over the maps, one output a level. */
export function sampledRegionsGrad<A extends Frame & Attributes>(sampler: Sampler<A>): Adjoint<A> {
  const typesOf = (shapes: Shapes): TensorType[] => shapes.map((shape) => ({ dtype: "f32", shape }));
  const attributes = {
    ...frameAttributes,
    ...sampler.attributes,
    shapes: "shapes of the levels, each [N, H, W, C]",
  };
  return {
    name: `${sampler.name}Grad`,
    summary: `The adjoint of ${sampler.name}: spreads the gradient of the regions' features over the maps, one output a level.`,
    inputs: [{ name: "gradient", gradient: "differentiable" }, ...regionInputs],
    attributes: attributes as Adjoint<A>["attributes"],
    constraints: { ...regionConstraints, ...sampler.constraints, C9: "gradient is f32[R, h, w, C]" },
    listOutput: true,
    infer([gradient, boxes, image, level], attributes) {
      const levels = typesOf(attributes.shapes);
      constrainLevels(levels, attributes.strides);
      constrainRegions(boxes!, image!, level!);
      constrainSize(attributes.size);
      sampler.constrain(attributes);
      const shape = [boxes!.shape[0]!, ...attributes.size, levels[0]!.shape[3]!];
      constrain(
        gradient!.dtype === "f32" && sameShape(gradient!.shape, shape),
        "C9",
        `gradient is ${printType(gradient!)}, not f32[${shape.join(", ")}]`,
      );
      return levels;
    },
    reference([gradient, ...regions], attributes, outputs) {
      const channels = gradient!.type.shape[3]!;
      const types = outputs.map((output) => output.type);
      const add = (level: number, position: number, cell: number, weight: number): void => {
        const spread = outputs[level]!.data;
        for (let c = 0; c < channels; c++) spread[position + c]! += weight * gradient!.data[cell + c]!;
      };
      forEachTap(types, regions, attributes, sampler.rule(attributes), add);
    },
    vjp(b, { inputs: [, ...regions], attributes }, gradients) {
      const { shapes, ...how } = attributes as Attributes & Backward<A>;
      return b.apply(sampler.name, [...orZeros(b, gradients, shapes), ...regions], how as Attributes);
    },
    cost: ([gradient], _, attributes) => costOf(sampler, gradient!, attributes),
    tfjs: "reference",
    tensorflow: (writer, refs, { inputs, attributes }) =>
      sampler.backward(writer, refs, attributes.shapes, {
        ...attributes,
        regions: inputs[0]!.type.shape[0]!,
      }),
    samples: sampler.backwardSamples,
    broken: [
      ...brokenSamples(sampler).map(({ label, inputs, attributes }) => ({
        label,
        inputs: [{ dtype: "f32", shape: [3, 2, 2, 2] } as const, ...inputs.slice(1)],
        attributes: { ...attributes, shapes: [inputs[0]!.shape] },
      })),
      {
        label: "C9",
        inputs: [map, oneBox, oneIndex, oneIndex],
        attributes: { ...sampler.plain, shapes: [map.shape] },
      },
    ],
  };
}
