/** Answers name texts as the editor does, and texts without a file stand in the folder at hand. */
import { expect, test } from "vitest";
import { createEditorUris, filePathOf } from "../../src/language-server/editor-uris.ts";

const uris = () => createEditorUris(() => "/home/me");

test("an address is given back as the editor spells it", () => {
  const known = uris();
  const uri = "file:///home/me/a%28b%29%40c.rcnn";
  expect(known.pathOf({ uri })).toBe("/home/me/a(b)@c.rcnn");
  const edits = [{ newText: "x" }];
  const ours = "file:///home/me/a(b)@c.rcnn";
  expect(known.inEditor({ changes: { [ours]: edits, "file:///b.rcnn": edits } })).toEqual({
    changes: { [uri]: edits, "file:///b.rcnn": edits },
  });
  expect(known.inEditor([{ uri: ours }, null])).toEqual([{ uri }, null]);
  known.close(uri);
  expect(known.inEditor({ uri: ours })).toEqual({ uri: ours });
});

test("a text without a file stands in the folder at hand, by its language", () => {
  const known = uris();
  expect(known.pathOf({ uri: "untitled:Untitled-1", languageId: "rcnn" })).toBe("/home/me/Untitled-1.rcnn");
  expect(known.pathOf({ uri: "untitled:Untitled-2", languageId: "yaml" })).toBe("/home/me/Untitled-2.yaml");
  expect(known.pathOf({ uri: "untitled:Untitled-1" })).toBe("/home/me/Untitled-1.rcnn");
  expect(known.inEditor({ uri: "file:///home/me/Untitled-1.rcnn" })).toEqual({ uri: "untitled:Untitled-1" });
  expect(known.pathOf({ uri: "untitled:/etc/notes", languageId: "markdown" })).toBeUndefined();
  expect(known.pathOf({ uri: "git:/home/me/a.rcnn", languageId: "rcnn" })).toBeUndefined();
});

test.each(["file://elsewhere/a.rcnn", "file:///a%2Fb.rcnn", "http://a/b.rcnn"])(
  "%s is no file here",
  (uri) => {
    expect(filePathOf(uri)).toBeUndefined();
  },
);
