/** Whatever the vocabulary lets a text combine is checked, compiled, trains a step and detects, on wasm as by the reference. */
import { expect, test } from "vitest";
import type { Component, Section } from "../../src/check/catalog.ts";
import { buildProgram } from "../../src/compile.ts";
import { catalog } from "../../src/components/catalog.ts";
import { syntheticFeeds } from "../../src/measure/synthetic-feeds.ts";
import { openKernelPlan } from "../../src/runtime/kernel-plan/session.ts";
import { openReference } from "../../src/runtime/reference/session.ts";
import type { HostTensors, Session } from "../../src/runtime/session.ts";
import { emitKernelPlan } from "../../src/targets/kernel-plan/emit.ts";
import { emitReference } from "../../src/targets/reference/emit.ts";
import { initialState } from "../../src/train/initial-state.ts";
import { outcomeOf } from "../model/model-of.ts";
import { combinations, textOf } from "./combinations.ts";

const texts = combinations(5).map(textOf);
const all = texts.join("\n");

test("the texts say every component of the catalogue", () => {
  const named = (name: string) => new RegExp(`\\b${name}\\b`).test(all);
  const unsaid = Object.entries(catalog.components).flatMap(([role, table]) =>
    Object.values<Component>(table)
      .filter(({ name }) => name !== "add" && !named(name))
      .map(({ name }) => `${role} ${name}`),
  );
  expect(unsaid).toEqual([]);
});

const keysIn = (section: Section): readonly string[] => [
  ...Object.keys(section.parameters),
  ...Object.values(section.sections).flatMap((inner) =>
    inner.kind === "one" ? keysIn(inner.section) : Object.values(inner.types).flatMap(keysIn),
  ),
];

test("the texts say every key that changes what is computed", () => {
  // Lengths of runs, and what is done to pictures and masks outside of the graph.
  const outside = [
    "images",
    "epochs",
    "epoch",
    "steps",
    "classIds",
    "flip",
    "jitter",
    "crop",
    "maskThreshold",
  ];
  const unsaid = keysIn(catalog.model).filter((key) => !new RegExp(`\\b${key} +=`).test(all));
  expect([...new Set(unsaid)].filter((key) => !outside.includes(key))).toEqual([]);
});

const bucket = { batch: 2, height: 32, width: 64, objects: 3, pixels: 256 };

/** The loss of a step, after which the state must be finite, and what is detected. */
async function run(session: Session): Promise<{ readonly loss: number; readonly found: HostTensors }> {
  const { functions, state } = session.signatures;
  await session.write(initialState(state, 1));
  const learningRate = { dtype: "f32", shape: [], data: Float32Array.of(0.001) } as const;
  const { loss } = await session.run("step", { ...syntheticFeeds(functions.step!), learningRate });
  const found = await session.run("predict", syntheticFeeds(functions.predict!));
  for (const [name, { data }] of Object.entries({ ...(await session.read()), ...found }))
    expect([...data].every(Number.isFinite), `${name} is finite`).toBe(true);
  await session.close();
  return { loss: loss!.data[0]!, found };
}

test.each(texts.map((text, index) => [index, text] as const))("combination %i", async (_, text) => {
  const { model, diagnostics } = await outcomeOf("m.rcnn", {}, text);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
    [],
  );
  const { value, diagnostics: found } = buildProgram(model!, {
    train: { step: bucket },
    predict: { predict: bucket },
  });
  expect(found).toEqual([]);
  const truth = await run(openReference(emitReference(value!)));
  const wasm = await run(await openKernelPlan(emitKernelPlan(value!), { backend: "wasm" }));
  expect(Math.abs(wasm.loss - truth.loss) / Math.max(1e-3, Math.abs(truth.loss))).toBeLessThan(1e-4);
  expect(wasm.found.boxes!.shape).toEqual(truth.found.boxes!.shape);
});
