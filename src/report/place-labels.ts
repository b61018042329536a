/** Where labels go so that they cover one another and the picture's edge as little as possible. */

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelRequest {
  /** Box of the object, in the picture's pixels. */
  readonly box: Rectangle;
  readonly width: number;
  readonly height: number;
}

/** How bad it is to cover another object, beside covering another label. */
const objectCost = 0.25;

/** One rectangle a request, all inside `picture`; earlier requests choose first. */
export function placeLabels(
  requests: readonly LabelRequest[],
  picture: { readonly width: number; readonly height: number },
): readonly Rectangle[] {
  const placed: Rectangle[] = [];
  for (const request of requests) {
    const choices = candidates(request).map((choice) => inside(choice, picture));
    const others = requests.filter((other) => other !== request).map(({ box }) => box);
    const costs = choices.map((choice) => covered(choice, placed) + objectCost * covered(choice, others));
    placed.push(choices[costs.indexOf(Math.min(...costs))]!);
  }
  return placed;
}

/** In order of preference: above, below, within at the top, within at the bottom; each at the left, then the right. */
function candidates({ box, width, height }: LabelRequest): readonly Rectangle[] {
  const rows = [box.y - height, box.y + box.height, box.y, box.y + box.height - height];
  const columns = [box.x, box.x + box.width - width];
  return rows.flatMap((y) => columns.map((x) => ({ x, y, width, height })));
}

function inside(label: Rectangle, picture: { readonly width: number; readonly height: number }): Rectangle {
  const x = Math.max(0, Math.min(label.x, picture.width - label.width));
  const y = Math.max(0, Math.min(label.y, picture.height - label.height));
  return { ...label, x, y };
}

const covered = (label: Rectangle, others: readonly Rectangle[]): number =>
  others.reduce((sum, other) => sum + overlap(label, other), 0);

/** Area that both cover. */
export function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
