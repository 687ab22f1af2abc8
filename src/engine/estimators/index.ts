export { last, mean } from "./averages.js";
export {
  add,
  bucketEnd,
  bucketOf,
  confidenceOf,
  cpuForm,
  decayingHistogram,
  fullWeight,
  histogramOf,
  memoryForm,
  percentileOf,
  weightAt,
  type DecayingHistogram,
  type HistogramForm,
} from "./decaying-histogram.js";
export { median, percentile } from "./percentile.js";
export { usualOf, withoutSpikes, type Calmed, type Usual } from "./spikes.js";
export { meetingOf, trendOf, type Meeting, type Trend } from "./trend.js";
export { covers, enough, usageWindow, type ReadingSource, type Span, type UsageWindow } from "./usage-window.js";
export { WeightedOrder } from "./weighted-order.js";
