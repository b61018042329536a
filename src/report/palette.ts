/** Colours that can be told apart. */

/** Hues a golden angle apart, so that neighbours in the list are far from each other, in three tones. */
export function instanceColour(index: number): { readonly line: string; readonly ink: string } {
  const hue = Math.round((index * 137.508 + 190) % 360);
  const lightness = [56, 66, 48][index % 3]!;
  // Yellow and green are bright at any lightness.
  const bright = (hue > 40 && hue < 200) || lightness > 60;
  return { line: `hsl(${hue} 90% ${lightness}%)`, ink: bright ? "#101010" : "#ffffff" };
}

/** For curves on white (Okabe and Ito 2008). */
export const curveColours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;
