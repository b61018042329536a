/** A syntax tree without its places and comments, to compare trees by. */
export const shapeOf = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value) => (["span", "source", "comments"].includes(key) ? undefined : value)),
  );
