/** All that a run is shown with. */
export { apTable } from "./ap-table.ts";
export { openProgress } from "./progress.ts";
export { trainSummaryText } from "./summary.ts";
export { createOverlayWriter, writeLossPlot } from "./write-overlays.ts";
