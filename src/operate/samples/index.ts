export { readingOf, type ContainerReading, type Reading } from "./reading.js";
export { SampleStore, type SampleRange } from "./sample-store.js";
export { PackedSamples } from "./packed.js";
