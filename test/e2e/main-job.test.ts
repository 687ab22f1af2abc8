import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/lib/directories.js";
import { openWindow } from "./window.js";

const demo = join(root, "media/demo");

test("the demo's button leads to a dry run, an applied change, and the tree that shows the new size", async () => {
  await using window = await openWindow({ folder: demo });
  const { page } = window;

  await window.showActivity("Proxmox LXC");
  await window.press(page.getByRole("button", { name: "Try the demo cluster" }));
  await window.row(/db-2, container 110, running, .* memory [\d.]+\/2\.0 GiB/u).waitFor();

  await window.press(page.getByRole("button", { name: "Dry run" }).last());
  // The file asks for more than it has, at any time of day: its loads come and go.
  const decision = window.row(/grow: db-2 memory 2 GiB → 3 GiB\. ./u);
  await decision.waitFor();
  await window.picture("main-job-plan");

  const question = page.locator(".monaco-dialog-box");
  await window.menu(decision, "Apply this change…");
  await question.waitFor();
  expect(await question.innerText()).toMatch(/Apply db-2 memory 2 GiB → 3 GiB on demo/u);
  await window.press(question.getByRole("button", { name: "Apply" }));

  await window.row(/db-2 memory 2 GiB → 3 GiB\. applied, read back as 3 GiB/u).waitFor();
  await window.row(/db-2, container 110, running, .* memory [\d.]+\/3\.0 GiB/u).waitFor();
  await window.picture("main-job-applied");
  expect(await page.locator(".notification-toast .codicon-error").count()).toBe(0);
});

test("a mistake is underlined as it is typed, and not any more when it is mended", async () => {
  await using window = await openWindow({ folder: demo });
  const { page } = window;
  const errors = page.locator(".squiggly-error");

  await window.open("autoscaler.yaml");
  const line = page.locator(".view-line", { hasText: "interval: 60s" });
  await line.click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("intervall: 5m");
  await errors.first().waitFor();
  await page.keyboard.press("ControlOrMeta+Shift+M");
  await window.row(/intervall/u).waitFor();
  await window.picture("squiggle");

  await line.click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ControlOrMeta+Shift+K");
  await page.locator(".view-line", { hasText: "intervall:" }).waitFor({ state: "detached" });
  await expect.poll(() => errors.count(), { timeout: 30_000 }).toBe(0);
  // The editor saves by itself, a moment later.
  await expect.poll(() => window.read("autoscaler.yaml"), { timeout: 30_000 }).not.toContain("intervall");
});
