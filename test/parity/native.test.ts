/** The parity of `parity.test.ts` on the native back end, where it is installed. */
import { test } from "vitest";
import { nativeInstalled } from "../runtime/native/installed.ts";
import { parityTests } from "./laws.ts";

if (await nativeInstalled()) {
  parityTests("v1", "native");
  parityTests("v2", "native");
} else test.skip("the native back end is not installed");
