import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { readImage, readImageSize } from "../../src/data/read-image.ts";

const folder = mkdtempSync(join(tmpdir(), "rcnn-image-"));
afterAll(() => rmSync(folder, { recursive: true }));

const raw = (data: number[], width: number, height: number, channels: 1 | 2 | 3 | 4) =>
  sharp(Uint8Array.from(data), { raw: { width, height, channels } });

async function save(name: string, image: ReturnType<typeof raw>): Promise<string> {
  const path = join(folder, name);
  await image.toFile(path);
  return path;
}

test("RGB pixels come as they are stored", async () => {
  const data = [1, 2, 3, 250, 128, 0];
  const path = await save("rgb.png", raw(data, 2, 1, 3));
  expect((await readImage(path)).value).toMatchObject({ width: 2, height: 1 });
  expect([...(await readImage(path)).value!.data]).toEqual(data);
});

test("grey becomes RGB and alpha is dropped, not blended", async () => {
  const grey = await save("grey.png", raw([7, 200], 2, 1, 1).toColourspace("b-w"));
  expect([...(await readImage(grey)).value!.data]).toEqual([7, 7, 7, 200, 200, 200]);
  const clear = await save("alpha.png", raw([9, 8, 7, 0, 100, 50, 25, 128], 2, 1, 4));
  expect([...(await readImage(clear)).value!.data]).toEqual([9, 8, 7, 100, 50, 25]);
  const greyAlpha = await save("grey-alpha.png", raw([5, 0, 6, 255], 2, 1, 2).toColourspace("b-w"));
  expect([...(await readImage(greyAlpha)).value!.data]).toEqual([5, 5, 5, 6, 6, 6]);
});

test("palettes and 16 bits become 8-bit RGB", async () => {
  const palette = await save("palette.png", raw([255, 0, 0, 0, 0, 255], 2, 1, 3).png({ palette: true }));
  expect([...(await readImage(palette)).value!.data]).toEqual([255, 0, 0, 0, 0, 255]);
  const deep = await save("deep.png", raw([10, 20, 30], 1, 1, 3).toColourspace("rgb16"));
  expect((await sharp(deep).metadata()).depth).toBe("ushort");
  const { data } = (await readImage(deep)).value!;
  for (const [index, value] of [10, 20, 30].entries()) expect(Math.abs(data[index]! - value)).toBeLessThanOrEqual(1);
});

test("EXIF orientation is not applied", async () => {
  const path = await save("turned.jpg", raw(new Array(3 * 8 * 4).fill(60), 8, 4, 3).withMetadata({ orientation: 6 }));
  expect((await readImage(path)).value).toMatchObject({ width: 8, height: 4 });
  expect((await readImageSize(path)).value).toEqual({ width: 8, height: 4 });
});

test("a missing, a foreign and a truncated file are diagnostics", async () => {
  const codes = async (path: string) => (await readImage(path)).diagnostics.map(({ code }) => code);
  expect(await codes(join(folder, "none.png"))).toEqual(["data/missing-file"]);
  const foreign = join(folder, "foreign.png");
  writeFileSync(foreign, "hello");
  expect(await codes(foreign)).toEqual(["data/unreadable-image"]);
  const noise = Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 256);
  const whole = await raw(noise, 64, 64, 3).png().toBuffer();
  const cut = join(folder, "cut.png");
  writeFileSync(cut, whole.subarray(0, whole.length / 2));
  expect(await codes(cut)).toEqual(["data/unreadable-image"]);
});
