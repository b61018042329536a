import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { openJsonList } from "../../src/report/json-list.ts";

async function written(items: readonly object[]): Promise<string> {
  // A small buffer, so that the writer has to wait.
  const stream = new PassThrough({ highWaterMark: 8 });
  const all = text(stream);
  const list = openJsonList(stream);
  for (const item of items) await list.push(item);
  list.close();
  stream.end();
  return all;
}

test("a list written item by item is one JSON document, an item a line", async () => {
  const items = [{ a: 1 }, { text: 'lines\nand "quotes"' }, {}];
  const document = await written(items);
  expect(JSON.parse(document)).toEqual(items);
  expect(document.trimEnd().split("\n")).toHaveLength(items.length + 2);
  expect(JSON.parse(await written([]))).toEqual([]);
});
