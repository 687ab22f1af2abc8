import { expect, test } from "vitest";
import { connectByWizard, startSimulated } from "./simulated.js";
import { openWindow } from "./window.js";

const written = [
  "version: 1",
  "timezone: UTC",
  "policies:",
  "  - name: web",
  "    match:",
  "      tags: [web]",
  "    cpu:",
  "      min: 1",
  "      max: 4",
  "      target: 60%",
];

test("a whole policy is written by taking proposals, mended by a fix, and dry run from its lens", async () => {
  await using simulated = await startSimulated("--containers", "20", "--nodes", "3");
  await using window = await openWindow({ files: { "autoscaler.yaml": "" } });
  const { page } = window;
  const { keyboard } = page;
  await window.showActivity("Proxmox LXC");
  await connectByWizard(window, simulated);
  await window.row(/web-1, container 101/u).waitFor();

  await window.open("autoscaler.yaml");
  const take = async (label: string): Promise<void> => {
    // A person types a letter or two, and takes what is proposed.
    await keyboard.type(label.slice(0, 2));
    await window.complete(label);
  };
  /** Begins a line: what may still be proposed is left, or Enter would take it. */
  const begin = async (): Promise<void> => {
    await keyboard.press("Escape");
    await keyboard.press("Enter");
  };
  await take("version");
  await begin();
  await take("timezone");
  await take("UTC");
  await begin();
  await take("policies");
  await take("name");
  // How it is called nobody can propose.
  await keyboard.type("web");
  await begin();
  await take("match");
  await take("tags");
  // The containers that are there have this one.
  await take("web");
  await keyboard.press("End");
  await begin();
  await keyboard.press("Shift+Tab");
  await take("cpu");
  await take("min");
  await window.complete("1");
  await begin();
  await take("max");
  await window.complete("4");
  await begin();

  // A slip of the fingers is underlined as soon as it is there, and mended by the first thing that is offered.
  await keyboard.type("targt: 60%");
  await keyboard.press("Escape");
  await page.locator(".squiggly-error").first().waitFor();
  await window.picture("write-policy-squiggle");
  for (let count = 0; count < "gt: 60%".length; count += 1) await keyboard.press("ArrowLeft");
  await keyboard.press("ControlOrMeta+.");
  await page.locator(".action-widget .monaco-list-row", { hasText: "target" }).first().waitFor();
  await window.picture("write-policy-fix");
  await keyboard.press("Enter");
  const text = async (): Promise<readonly string[]> => (await window.read("autoscaler.yaml")).trimEnd().split("\n");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  // The editor saves by itself, a moment later.
  await expect.poll(text, { timeout: 30_000 }).toEqual(written);

  const lens = page.locator(".codelens-decoration", { hasText: /^4 containers/u });
  await lens.waitFor();
  await window.picture("write-policy-lens");
  await window.press(page.locator(".codelens-decoration a", { hasText: "Dry run" }));
  await window.row(/^(?:grow|shrink|hold|blocked): web-1 cores/u).waitFor();
  await window.picture("write-policy-dry-run");
  expect(await page.locator(".notification-toast .codicon-error").count()).toBe(0);
});
