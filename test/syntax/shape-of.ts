/** A syntax tree without its places, to compare trees by. */
export const shapeOf = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (key, value) => (key === "span" || key === "source" ? undefined : value)));
