/** Torchvision's ResNet-50-FPN models with few channels, on wasm: stage by stage, by choices, losses and detections. */
import { parityTests } from "./laws.ts";

parityTests("v1", "wasm");
parityTests("v2", "wasm");
