export type { Advice, Confidence, Verdict } from "./advice.js";
export { rightsize, type Balance, type NodeBalance, type Rightsizing, type RightsizingInput } from "./report.js";
