/** What the supported Node versions lack for our libraries; loaded before anything else. */
import module, { createRequire } from "node:module";

/** From Node 22.8 on compiled code is kept between runs: `rcnn check` answers in a little less time. */
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

/** Chevrotain 13 groups with `Object.groupBy`, which Node 20 does not have. */
if (typeof Object.groupBy !== "function") {
  Object.defineProperty(Object, "groupBy", {
    configurable: true,
    writable: true,
    value<T>(items: Iterable<T>, keyOf: (item: T, index: number) => string): Record<string, T[]> {
      const groups: Record<string, T[]> = Object.create(null);
      let index = 0;
      for (const item of items) {
        const key = keyOf(item, index++);
        groups[key] ??= [];
        groups[key].push(item);
      }
      return groups;
    },
  });
}

/** tfjs-node calls `util.isNullOrUndefined`, which Node 23 removed. */
const util = createRequire(import.meta.url)("node:util") as {
  isNullOrUndefined?: (value: unknown) => boolean;
};
if (typeof util.isNullOrUndefined !== "function") {
  util.isNullOrUndefined = (value) => value === null || value === undefined;
}

/** `@oclif/core` 5 warns on Node 20, on which this project is tested. */
process.env.OCLIF_DISABLE_ENGINE_WARNING = "1";
