import { isRecord, isText, isOneOf } from "./check.js";
import {
  isChartDocument,
  isChartTail,
  noticeActions,
  type ChartDocument,
  type ChartTail,
  type NoticeAction,
} from "./document.js";
import { isChartSpan, subjectIn, type ChartSpan, type ChartSubject } from "./subject.js";

/** What the editor tells the page. */
export type ToPage =
  | {
      readonly type: "show";
      readonly subject: ChartSubject;
      readonly document: ChartDocument;
      /** Texts in the language of the editor, by the English ones. */
      readonly texts: Readonly<Record<string, string>>;
    }
  | { readonly type: "tail"; readonly tail: ChartTail };

/** What the page tells the editor. */
export type FromPage =
  /** It can be told what to show. */
  | { readonly type: "ready" }
  | { readonly type: "span"; readonly span: ChartSpan }
  | { readonly type: "act"; readonly action: NoticeAction }
  | { readonly type: "saveCsv" }
  /** `png`: the picture in Base64. */
  | { readonly type: "savePng"; readonly png: string }
  /** Something went wrong in the page. */
  | { readonly type: "fault"; readonly text: string };

/** What the page leaves with the editor for the time when it is shown again. */
export interface PageState {
  readonly subject: ChartSubject;
  readonly span: ChartSpan;
  /** As shares of the limits instead of amounts. */
  readonly share: boolean;
  readonly limits: boolean;
  readonly table: boolean;
  /** Lines that are not shown, by panel and name. */
  readonly hidden: readonly string[];
}

/** A message to the page; `null`: it is none of ours. */
export function messageToPage(value: unknown): ToPage | null {
  if (!isRecord(value)) return null;
  if (value["type"] === "tail") return isChartTail(value["tail"]) ? { type: "tail", tail: value["tail"] } : null;
  if (value["type"] !== "show") return null;
  const { document, texts } = value;
  const subject = subjectIn(value["subject"]);
  if (subject === null || !isChartDocument(document)) return null;
  if (!isRecord(texts) || !Object.values(texts).every(isText)) return null;
  return { type: "show", subject, document, texts: texts as Readonly<Record<string, string>> };
}

/** A message from the page; `null`: it is none of ours. */
export function messageFromPage(value: unknown): FromPage | null {
  if (!isRecord(value)) return null;
  const { type, span, action, png, text } = value;
  switch (type) {
    case "ready":
    case "saveCsv":
      return { type };
    case "span":
      return isChartSpan(span) ? { type, span } : null;
    case "act":
      return isOneOf(noticeActions, action) ? { type, action } : null;
    case "savePng":
      return isText(png) && png !== "" && /^[A-Za-z0-9+/]+={0,2}$/u.test(png) ? { type, png } : null;
    case "fault":
      return isText(text) ? { type, text } : null;
    default:
      return null;
  }
}

/** A state that was kept; `null`: it is none of ours, or of another version. */
export function pageStateIn(value: unknown): PageState | null {
  if (!isRecord(value)) return null;
  const { span, share, limits, table, hidden } = value;
  const subject = subjectIn(value["subject"]);
  if (subject === null || !isChartSpan(span)) return null;
  if (typeof share !== "boolean" || typeof limits !== "boolean" || typeof table !== "boolean") return null;
  if (!Array.isArray(hidden) || !hidden.every(isText)) return null;
  return { subject, span, share, limits, table, hidden };
}
