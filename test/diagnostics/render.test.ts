import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { placeOf, render } from "../../src/diagnostics/render.ts";

const at = (text: string, start: number, end: number): Diagnostic => ({
  code: "test/code",
  severity: "warning",
  message: "It is so.",
  span: { source: { name: "a.rcnn", text }, start, end },
});

const lines = (diagnostic: Diagnostic): readonly string[] => render(diagnostic).split("\n");

test("a diagnostic without a place is one line", () => {
  expect(render({ code: "test/code", severity: "error", message: "No." })).toBe("error: No. [test/code]");
});

test("the first line is file, line and column, counted from 1", () => {
  expect(lines(at("one\ntwo three", 8, 13))[0]).toBe("a.rcnn:2:5: warning: It is so. [test/code]");
  expect(placeOf(at("a\r\nb\rc", 5, 6).span!)).toBe("a.rcnn:3:1");
});

test("carets stand under what is meant, behind tabs and characters of two units", () => {
  expect(lines(at("\tx = \u{1F600} bad", 8, 11)).slice(1)).toEqual([
    " 1 |  x = \u{1F600} bad",
    "   |        ^^^",
  ]);
});

test("a place of several lines is marked to the end of its first", () => {
  expect(lines(at("a { b\n c }", 2, 10)).slice(1)).toEqual([" 1 | a { b", "   |   ^^^"]);
});

test("the end of the text has a place", () => {
  expect(lines(at("ab", 2, 2)).slice(1)).toEqual([" 1 | ab", "   |   ^"]);
  expect(lines(at("", 0, 0)).slice(1)).toEqual([" 1 | ", "   | ^"]);
});

test("a long line is cut to a window around the place", () => {
  const [, shown, carets] = lines(at(`${"x".repeat(500)}BAD${"y".repeat(500)}`, 500, 503));
  expect(shown!.length).toBeLessThan(130);
  expect(shown!.slice(carets!.indexOf("^"), carets!.lastIndexOf("^") + 1)).toBe("BAD");
});

test("characters that would move the cursor are not passed on", () => {
  expect(lines(at("a\u001b[31mb\u202e", 0, 1))[1]).toBe(" 1 | a?[31mb?");
});

test("colours change nothing but the colour", () => {
  const diagnostic = at("one two", 4, 7);
  const coloured = render(diagnostic, { color: true });
  expect(coloured).not.toBe(render(diagnostic));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of the terminal
  expect(coloured.replace(/\u001b\[[\d;]*m/g, "")).toBe(render(diagnostic));
});
