import { expect, test } from "vitest";
import { type Ability, namesAbility } from "../../../src/runtime/native/processor.ts";

test.each([
  ["flags\t\t: fpu avx512f avx512_bf16 clzero", "bfloat16", true],
  ["flags\t\t: fpu amx_bf16 amx_tile", "bfloat16", true],
  ["Features\t: fp asimd i8mm bf16 dgh", "bfloat16", true],
  ["flags\t\t: fpu avx2 avx512f avx512_vnni", "bfloat16", false],
  ["", "bfloat16", false],
  ["flags\t\t: fpu avx2 avx512f avx512_vnni", "kernels", true],
  ["flags\t\t: fpu avx2 fma", "kernels", false],
] satisfies [string, Ability, boolean][])("%s: %s", (text, ability, expected) => {
  expect(namesAbility(text, ability)).toBe(expected);
});
