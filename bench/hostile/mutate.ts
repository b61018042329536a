/** Texts cut, doubled, mixed and filled with what parsers choke on, without any regard for what they mean. */
import { poisons } from "./poisons.ts";
import type { Random } from "./random.ts";

export function mutated(text: string, others: readonly string[], random: Random): string {
  const { below, one } = random;
  const [from, to] = [below(text.length + 1), below(text.length + 1)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const near = Math.min(text.length, from + below(40));
  switch (below(9)) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(from);
    case 2:
      return text.slice(0, from) + text.slice(near);
    case 3:
      return text.slice(0, to) + text.slice(from);
    case 4:
      return text.slice(0, from) + one(others).slice(below(200)) + text.slice(near);
    case 5:
      return swapped(text, below);
    default:
      return text.slice(0, from) + one(poisons) + text.slice(near);
  }
}

/** Two lines in each other's place. */
function swapped(text: string, below: Random["below"]): string {
  const lines = text.split("\n");
  const [one, two] = [below(lines.length), below(lines.length)];
  return lines
    .map((line, index) => lines[index === one ? two : index === two ? one : index] ?? line)
    .join("\n");
}
