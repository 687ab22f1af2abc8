import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../scripts/lib/directories.js";
import { openWindow, type Window } from "./window.js";

let window: Window;

beforeEach(async () => {
  window = await openWindow({ folder: join(root, "media/demo") });
});

afterEach(async () => {
  await window[Symbol.asyncDispose]();
});

/** What is inside of the frame of the chart that is shown. */
const chart = (): FrameLocator =>
  window.page.frameLocator("iframe.webview.ready:visible").frameLocator("#active-frame");

test("a chart is opened from a row, saved, and there again after the window was loaded anew", async () => {
  const { page } = window;
  await window.showActivity("Proxmox LXC");
  await page.getByRole("button", { name: "Try the demo cluster" }).click();
  await window.menu(window.row(/web-1, container 101/u), "Show chart");
  await chart().getByRole("heading", { level: 1, name: "web-1 (101)" }).waitFor();
  await chart().getByText("Week", { exact: true }).click();
  await chart().locator("[data-panel=memory] canvas").waitFor();
  await expect.poll(() => chart().getByRole("radio", { name: "Week" }).isChecked()).toBe(true);

  await chart().getByRole("button", { name: "Save as CSV…" }).click();
  const path = page.locator(".quick-input-widget input.input");
  await expect.poll(() => path.inputValue()).toMatch(/web-1-101-week\.csv$/u);
  await page.keyboard.press("Enter");
  await expect
    .poll(() => window.read("web-1-101-week.csv").catch(() => ""), { timeout: 20_000 })
    .toMatch(/^time,name,state,cpu_cores,.*\r\n20\d\d-.*Z,web-1 \(101\),running,/u);

  await window.command("Developer: Reload Window");
  // The demo has ended with the window: that is said, with what starts it again.
  await chart().getByText("The demo cluster does not run.").waitFor();
  expect(await chart().getByRole("radio", { name: "Week" }).isChecked()).toBe(true);
  await chart().getByRole("button", { name: "Try the demo cluster" }).click();
  // The demo brings its file to the front.
  await page.locator(".tab.active", { hasText: "autoscaler.yaml" }).waitFor();
  await page.getByRole("tab", { name: /^Chart: / }).click();
  await chart().locator("[data-panel=memory] canvas").waitFor();
  await chart().getByRole("heading", { level: 1, name: "web-1 (101)" }).waitFor();
});
