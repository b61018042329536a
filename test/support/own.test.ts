import { expect, test } from "vitest";
import { own } from "../../src/support/own.ts";

test("a table has what was put into it and nothing that all objects have", () => {
  const table: Readonly<Record<string, number>> = { a: 1 };
  expect(own(table, "a")).toBe(1);
  for (const name of ["b", "constructor", "toString", "__proto__"]) expect(own(table, name)).toBeUndefined();
  expect(own(undefined, "a")).toBeUndefined();
});
