/** COCO's compressed run lengths: groups of five bits as printable characters, from the fourth count on as differences. */

/** The counts in `text`, or `undefined` where it is not such a string. */
export function parseRunString(text: string): number[] | undefined {
  const counts: number[] = [];
  let position = 0;
  while (position < text.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const group = text.charCodeAt(position++) - 48;
      // A count of 2^32 needs seven groups; more is no picture. Past the end the code is NaN.
      if (!(group >= 0 && group < 64) || shift > 30) return undefined;
      value += (group & 31) * 2 ** shift;
      shift += 5;
      more = (group & 32) !== 0;
      if (!more && group & 16) value -= 2 ** shift;
    }
    if (counts.length > 2) value += counts[counts.length - 2]!;
    if (value < 0) return undefined;
    counts.push(value);
  }
  return counts;
}

export function formatRunString(counts: readonly number[]): string {
  let text = "";
  for (const [index, count] of counts.entries()) {
    let value = index > 2 ? count - counts[index - 2]! : count;
    let more = true;
    while (more) {
      const group = value & 31;
      value >>= 5;
      more = group & 16 ? value !== -1 : value !== 0;
      text += String.fromCharCode((more ? group | 32 : group) + 48);
    }
  }
  return text;
}
