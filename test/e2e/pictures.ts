import { join } from "node:path";
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
    await using window = await openWindow({ folder: demo, width, settings: { "workbench.colorTheme": theme } });
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

describe("what stands beside a file", () => {
  test.each(looks.slice(0, 3))("$name", async ({ name, theme, width }) => {
    await using window = await openWindow({ folder: demo, width, settings: { "workbench.colorTheme": theme } });
    const { page } = window;
    await window.showActivity("Proxmox LXC");
    await page.getByRole("button", { name: "Try the demo cluster" }).click();
    await window.row(/web-1, container 101/u).waitFor();
    await window.open("autoscaler.yaml");
    await page
      .locator(".codelens-decoration", { hasText: /\d+ containers?/u })
      .first()
      .waitFor();
    await window.picture(`${name}-7-beside`);
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
    await page.getByText(/“cpu>10 -tag:db”: \d+ of 20/u).waitFor();
    await window.picture(`${name}-12-filter`);
    await page.keyboard.press("Escape");
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
