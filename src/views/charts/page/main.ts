import { l10n, translateBy, translateFrom } from "../../l10n.js";
import { messageToPage, pageStateIn, type FromPage, type PageState } from "../messages.js";
import { ChartPage } from "./chart-page.js";

/** What VS Code gives a page. */
interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const root = document.querySelector("main");
let page: ChartPage | null = null;

addEventListener("error", ({ message }) => host.postMessage({ type: "fault", text: message }));
addEventListener("unhandledrejection", ({ reason }) => {
  host.postMessage({ type: "fault", text: reason instanceof Error ? reason.message : String(reason) });
});

addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const message = messageToPage(data);
  if (message === null) {
    host.postMessage({ type: "fault", text: "The page was sent a message that it does not know." });
    return;
  }
  if (message.type === "tail") {
    page?.follow(message.tail);
    return;
  }
  if (root === null) return;
  if (page === null) {
    // Before the first text is made.
    translateBy(translateFrom(message.texts));
    root.setAttribute("aria-label", l10n.t("Chart"));
    page = new ChartPage(root, {
      send: (sent) => host.postMessage(sent),
      keep: (state) => host.setState(state),
      kept: pageStateIn(host.getState()),
    });
  }
  page.show(message.subject, message.document);
});

host.postMessage({ type: "ready" });
