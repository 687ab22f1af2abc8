export { readTrace, TraceError, TraceReader } from "./read.js";
export { traceOf, type Trace, type TracePlace, type TraceRow } from "./trace.js";
export { traceHeader, traceLine } from "./write.js";
