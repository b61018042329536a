/** A kernel plan as JSON text; infinities and NaN, which JSON lacks, are written as `{"number": "-Infinity"}`. */
import type { KernelPlan } from "../artifact.ts";

export const printKernelPlan = (plan: KernelPlan): string => JSON.stringify(plan, writeNumber);

/** Reads what `printKernelPlan` wrote. Throws a `SyntaxError` where the text is not JSON. */
export const readKernelPlan = (text: string): KernelPlan => JSON.parse(text, readNumber) as KernelPlan;

const writeNumber = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;

function readNumber(_key: string, value: unknown): unknown {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.length !== 1 || keys[0] !== "number") return value;
  const written = (value as { number: unknown }).number;
  return typeof written === "string" ? Number(written) : value;
}
