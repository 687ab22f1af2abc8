// A headless Chromium that opens an editor's page.
import { chromium } from "playwright-core";
import { ensureBrowser } from "./system-packages.js";

/** Starts a browser that talks to nobody but the page it is given. */
export async function startBrowser() {
  return chromium.launch({
    executablePath: await ensureBrowser(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
