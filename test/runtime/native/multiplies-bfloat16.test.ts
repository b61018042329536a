import { expect, test } from "vitest";
import { namesBfloat16 } from "../../../src/runtime/native/multiplies-bfloat16.ts";

test.each([
  ["flags\t\t: fpu avx512f avx512_bf16 clzero", true],
  ["flags\t\t: fpu amx_bf16 amx_tile", true],
  ["Features\t: fp asimd i8mm bf16 dgh", true],
  ["flags\t\t: fpu avx2 avx512f avx512_vnni", false],
  ["", false],
])("%s", (text, expected) => {
  expect(namesBfloat16(text)).toBe(expected);
});
