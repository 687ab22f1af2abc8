import { join } from "node:path";
import type { Locator } from "playwright-core";
import type { FrameLocator } from "playwright-core";
import { describe, test } from "vitest";
import { root } from "../../scripts/lib/directories.js";
import { connectByWizard, startSimulated } from "./simulated.js";
import { openWindow, type Window } from "./window.js";

const demo = join(root, "media/demo");

const looks = [
  { name: "light", theme: "Default Light Modern", width: 1400 },
  { name: "dark", theme: "Default Dark Modern", width: 1400 },
  { name: "high-contrast", theme: "Default High Contrast", width: 1400 },
  { name: "high-contrast-light", theme: "Default High Contrast Light", width: 1400 },
  { name: "narrow", theme: "Default Dark Modern", width: 700 },
] as const;

describe("the demo", () => {
  test.each(looks)("$name", async ({ name, theme, width }) => {
    await using window = await openWindow({
      folder: demo,
      width,
      settings: { "workbench.colorTheme": theme },
      tooltips: true,
    });
    const { page } = window;
    await window.showActivity("Proxmox LXC");
    await page.getByRole("button", { name: "Try the demo cluster" }).waitFor();
    await window.picture(`${name}-1-welcome`);
    await page.getByRole("button", { name: "Try the demo cluster" }).click();
    await window.row(/web-1, container 101/u).waitFor();
    if (width > 1000) await widenSideBar(window, 660);
    await page.getByRole("button", { name: "Dry run" }).last().click();
    await window
      .row(/^grow: /u)
      .first()
      .click();
    await page.keyboard.press("ArrowRight");
    await window
      .row(/^[\d.]+ % of /u)
      .first()
      .waitFor();
    await window.picture(`${name}-2-dry-run`);
    await window.row(/web-2, container 102/u).hover();
    await page.locator(".monaco-hover").first().waitFor();
    await window.picture(`${name}-3-tooltip`);
    await page.keyboard.press("Escape");
    await window.command("Proxmox LXC: Apply checked…");
    await page.locator(".monaco-dialog-box").waitFor();
    await window.picture(`${name}-4-question`);
    await page.keyboard.press("Escape");
  });
});

describe("an editor with findings", () => {
  test.each(looks.slice(0, 3))("$name", async ({ name, theme, width }) => {
    const text = [
      "version: 1",
      "interval: 60",
      "timezone: Europe/Berlin",
      "defaults:",
      "  cpu: { min: 4, max: 2, scaleUp: { above: 80%, for: 2m, stepp: 1 } }",
      "policies:",
      "  - name: web",
      "    match: { tags: [web] }",
      "    memory: { max: 2GiB }",
      "",
    ].join("\n");
    await using window = await openWindow({
      files: { "autoscaler.yaml": text },
      width,
      settings: { "workbench.colorTheme": theme },
      tooltips: true,
    });
    const { page } = window;
    await window.open("autoscaler.yaml");
    await page.locator(".squiggly-error").first().waitFor();
    await page.keyboard.press("ControlOrMeta+Shift+M");
    await page.locator(".markers-panel").waitFor();
    await window.picture(`${name}-5-findings`);
    await page.locator(".view-line", { hasText: "memory" }).hover({ position: { x: 40, y: 8 } });
    await page.locator(".monaco-hover").first().waitFor();
    await window.picture(`${name}-6-hover`);
  });
});

const older = [
  "DEFAULT:",
  "  poll_interval: 300",
  "  cpu_upper_threshold: 85",
  "  cpu_lower_threshold: 15",
  "  min_cores: 1",
  "  max_cores: 4",
  "  ssh_password: hunter22",
  "",
].join("\n");

describe("writing a file", () => {
  test.each(looks)("$name", async ({ name, theme, width }) => {
    await using window = await openWindow({
      folder: demo,
      files: { "lxc_autoscale.yaml": older },
      width,
      // Kept unsaved, so that a replay compares.
      settings: { "workbench.colorTheme": theme, "files.autoSave": "off" },
      tooltips: true,
    });
    const { page } = window;
    const { keyboard } = page;
    const line = (text: string): Locator => page.locator(".view-line", { hasText: text });
    await window.showActivity("Proxmox LXC");
    await window.press(page.getByRole("button", { name: "Try the demo cluster" }));
    await window.row(/web-1, container 101/u).waitFor();
    await window.open("autoscaler.yaml");
    if (width < 1000) await keyboard.press("ControlOrMeta+b");
    await page
      .locator(".codelens-decoration", { hasText: /\d+ containers?/u })
      .first()
      .waitFor();
    await window.picture(`${name}-20-beside`);

    await line("tags: [db]").click();
    await keyboard.press("End");
    for (let count = 0; count < "] }".length; count += 1) await keyboard.press("ArrowLeft");
    // The blank is enough to be asked; asked again, the proposals would be shown with their details over them.
    await keyboard.type(", ");
    await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
    await window.picture(`${name}-21-completion`);
    await keyboard.press("Escape");
    for (let count = 0; count < ", ".length; count += 1) await keyboard.press("Backspace");

    await window.rest();
    await page.getByText("target", { exact: true }).first().hover();
    await page.locator(".monaco-hover").first().waitFor();
    await window.picture(`${name}-22-hover`);
    await window.rest();

    await window.command("Proxmox LXC: Dry run");
    await page.locator(".codelens-decoration", { hasText: "would change" }).first().waitFor();
    await window.row(/^grow: db-2/u).waitFor();
    await line("min: 3GiB").dblclick({ position: { x: 8, y: 8 } });
    await keyboard.press("End");
    for (let count = 0; count < "GiB }".length; count += 1) await keyboard.press("ArrowLeft");
    await keyboard.press("Backspace");
    await keyboard.type("4");
    await window.row(/^grow: db-2 memory 2 GiB → 4 GiB\..* Not so before/u).waitFor();
    await window.picture(`${name}-23-preview`);

    await window.command("Proxmox LXC: Replay the last 24 hours");
    await page.getByRole("tab", { name: /^Preview Replay of autoscaler/u }).waitFor();
    await page
      .frameLocator("iframe.webview")
      .frameLocator("iframe")
      .getByRole("heading", { name: "Containers" })
      .waitFor();
    await window.picture(`${name}-24-replay`);

    await window.open("lxc_autoscale.yaml");
    await window.command("Proxmox LXC: Migrate to autoscaler.yaml…");
    await page.getByRole("tab", { name: /proposed/u }).waitFor();
    await page.locator(".notification-toast").first().waitFor();
    await window.picture(`${name}-25-diff`);
  });
});

describe("the Containers view", () => {
  test.each(looks)("$name", async ({ name, theme, width }) => {
    await using window = await openWindow({
      folder: demo,
      width,
      settings: { "workbench.colorTheme": theme },
      tooltips: true,
    });
    const { page } = window;
    await window.showActivity("Proxmox LXC");
    await page.getByRole("button", { name: "Try the demo cluster" }).click();
    await window.row(/web-1, container 101/u).waitFor();
    if (width > 1000) await widenSideBar(window, 480);
    await window.command("Proxmox LXC: Add to or remove from favourites");
    await window.choice(/^db-2/u).click();
    await window.row(/^Favourites/u).waitFor();
    await window.command("Proxmox LXC: Group containers by…");
    await window.choice(/^Tag/u).click();
    const row = window.row(/db-2, container 110/u).first();
    await window
      .row(/^Tag \w+/u)
      .first()
      .waitFor();
    await row.click();
    await page.keyboard.press("ArrowRight");
    await window.row(/^Root file system/u).waitFor();
    await window.picture(`${name}-10-tags-and-details`);
    // Where the mouse has just clicked, nothing hovers.
    await window
      .row(/git, container 113/u)
      .first()
      .hover();
    await page.locator(".monaco-hover", { hasText: "past hour" }).waitFor();
    await window.picture(`${name}-11-past-hour`);
    await page.keyboard.press("Escape");
    await window.command("Proxmox LXC: Filter containers…");
    await page.getByPlaceholder("Empty shows all of them").fill("cpu>10 -tag:db");
    await page.getByText(/^\d\d? of 20 · web/u).waitFor();
    await window.picture(`${name}-12-filter`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Containers Section/u }).click();
    await page.getByRole("button", { name: /^Scaling Section/u }).click();
    await page.getByRole("button", { name: /^Overview Section/u }).click();
    await window
      .row(/^Storages/u)
      .first()
      .click();
    await page.keyboard.press("ArrowRight");
    await window
      .row(/% full$/u)
      .first()
      .waitFor();
    await window.picture(`${name}-13-overview`);
  });
});

describe("charts", () => {
  test.each(looks)("$name", async ({ name, theme, width }) => {
    await using window = await openWindow({
      folder: demo,
      width,
      height: 1100,
      settings: { "workbench.colorTheme": theme },
    });
    const { page } = window;
    await window.showActivity("Proxmox LXC");
    await page.getByRole("button", { name: "Try the demo cluster" }).click();
    await window.row(/web-1, container 101/u).waitFor();
    const chart = await openChart(window, "db-2");
    await chart.getByText("Day", { exact: true }).click();
    await chart.locator("[data-panel=network] canvas").waitFor();
    await chart.getByRole("slider", { name: /^CPU: / }).focus();
    await page.keyboard.press("Home");
    for (let step = 0; step < 30; step += 1) await page.keyboard.press("Shift+ArrowRight");
    await window.picture(`${name}-8-chart`);
    if (width > 1000) await window.command("View: Toggle Primary Side Bar Visibility");
    const compared = await openChart(window, "web-1", "web-2", "db-1", "runner-1");
    await compared.locator("[data-panel=cpu] canvas").waitFor();
    await window.picture(`${name}-9-compared`);
  });
});

/** Opens a chart of these containers by the palette, and gives what is inside of its frame. */
async function openChart(window: Window, ...names: readonly string[]): Promise<FrameLocator> {
  const { page } = window;
  await window.command("Proxmox LXC: Show chart");
  // Where several may be picked each is a box to check, no option.
  const rows = page.locator(".quick-input-list .monaco-list-row");
  for (const name of names) await rows.filter({ has: page.getByText(name, { exact: true }) }).click();
  await page.keyboard.press("Enter");
  const frame = page.frameLocator("iframe.webview.ready:visible").frameLocator("#active-frame");
  await frame
    .getByRole("heading", { level: 1, name: names.length > 1 ? `${names.length} containers` : (names[0] ?? "") })
    .waitFor();
  return frame;
}

describe("clusters of different sizes", () => {
  test.each([0, 3, 300])("%i containers", async (containers) => {
    await using simulated = await startSimulated("--containers", `${containers}`, "--nodes", "3");
    await using window = await openWindow({
      folder: demo,
      settings: { "workbench.colorTheme": "Default Dark Modern" },
    });
    await window.showActivity("Proxmox LXC");
    await window.page.getByRole("button", { name: "Connect to Proxmox…" }).waitFor();
    await connectByWizard(window, simulated, async (step) => {
      if (containers === 3) await window.picture(`wizard-${step}`);
    });
    await window.row(/Node pve1, online/u).waitFor();
    await window.command("Proxmox LXC: Dry run");
    await window
      .row(/Changes|Holding/u)
      .or(window.page.getByText("No container is managed"))
      .first()
      .waitFor();
    await window.picture(`containers-${containers}`);
  });
});

/** Drags the edge of the side bar. */
async function widenSideBar({ page }: Window, to: number): Promise<void> {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width, 450);
  await page.mouse.down();
  await page.mouse.move(to, 450, { steps: 5 });
  await page.mouse.up();
}
