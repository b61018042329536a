/** Loaded before a command, makes every import of TensorFlow.js fail. */
import { register } from "node:module";

const hook = `export async function resolve(specifier, context, next) {
  if (specifier.startsWith("@tensorflow/")) throw new Error("loads " + specifier);
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
