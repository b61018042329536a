/** Whether the native tests can run here; where not, says why once. */
import { locateNative, nativeDirectory } from "../../../src/runtime/native/locate.ts";

export async function nativeInstalled(): Promise<boolean> {
  if (await locateNative()) return true;
  console.warn(
    `skipped: the native back end is not in ${nativeDirectory()}; \`rcnn native install\` puts it there`,
  );
  return false;
}
