/** The components of this compiler. */
export { catalog } from "./catalog.ts";
export { layers } from "./layers/index.ts";
