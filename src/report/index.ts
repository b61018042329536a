/** All that a run is shown with. */
export { apTable } from "./ap-table.ts";
export { openProgress } from "./progress.ts";
export { trainSummaryText } from "./summary.ts";
export { writeLossPlot, writeOverlays } from "./write-overlays.ts";
