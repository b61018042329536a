/** What TensorFlow's profiler says, read. */
import { expect, test } from "vitest";
import { eventsOf } from "../../../src/runtime/native/profiler.ts";

test("runs of nodes are told from what else the library does, in order, and nanoseconds become microseconds", () => {
  const rows = [
    [7, 0, 9000, "SessionRun#id=0#"],
    [8, 1500, 500, "predict/4_mul/Mul:Mul#shape=(f32[2];f32[2])#"],
    [7, 1000, 2500, "predict/3_relu/Relu:_FusedConv2D"],
    [8, 2000, 500, "ExecutorState::Process"],
    [8, 2600, 100, "ParallelFor"],
  ];
  expect(eventsOf(JSON.stringify(rows))).toEqual([
    { name: "predict/3_relu/Relu", kernel: "_FusedConv2D", thread: 7, start: 1, duration: 2.5 },
    { name: "predict/4_mul/Mul", kernel: "Mul", thread: 8, start: 1.5, duration: 0.5 },
  ]);
});
