import { expect, test } from "vitest";
import { connectByWizard, startSimulated } from "./simulated.js";
import { openWindow } from "./window.js";

test("the wizard connects by fingerprint and token, and the cluster is there again after a reload", async () => {
  await using simulated = await startSimulated("--containers", "3", "--nodes", "1");
  await using window = await openWindow();

  await window.showActivity("Proxmox LXC");
  await connectByWizard(window, simulated);
  await window.row(/container 101, running/u).waitFor();
  await window.picture("connected");

  await window.page.reload();
  await window.row(/container 101, running/u).waitFor();
  expect(await window.page.getByText(simulated.token.split("=")[1] ?? "").count()).toBe(0);
});

test("restricted mode looks, and writes nothing", async () => {
  await using simulated = await startSimulated("--containers", "3", "--nodes", "1");
  await using window = await openWindow({ trust: true, files: { "autoscaler.yaml": "version: 1\n" } });
  const { page } = window;

  await page.getByText("Restricted Mode is intended for safe code browsing.").waitFor();
  await window.showActivity("Proxmox LXC");
  await connectByWizard(window, simulated);
  const stop = await window.entryOf(window.row(/container 101, running/u), "Stop container…");
  expect(await stop.getAttribute("aria-disabled")).toBe("true");
  await window.picture("restricted");
});
