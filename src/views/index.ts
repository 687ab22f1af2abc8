export * from "./charts/csv.js";
export * from "./charts/document.js";
export * from "./charts/messages.js";
export * from "./charts/subject.js";
export { l10n, translateBy } from "./l10n.js";
