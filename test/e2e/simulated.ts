import { join } from "node:path";
import { root } from "../../scripts/lib/directories.js";
import { startServing } from "../bench/programs.js";
import type { Window } from "./window.js";

/** A simulated cluster in a process of its own, as the packaged command line starts it. */
export interface Simulated extends AsyncDisposable {
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
}

export async function startSimulated(...options: readonly string[]): Promise<Simulated> {
  const { line, close } = await startServing([join(root, "dist/cli.js"), "simulate", ...options]);
  return { ...(line as Simulated), [Symbol.asyncDispose]: close };
}

/**
 * Goes through the connection wizard as a person does, from the button of the empty view. `look` is called at each
 * step, before it is answered.
 */
export async function connectByWizard(
  window: Window,
  { url, fingerprint, token }: Simulated,
  look: (step: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { page } = window;
  const input = page.locator(".quick-input-widget input.input");
  await window.press(page.getByRole("button", { name: "Connect to Proxmox…" }));
  await page.getByPlaceholder("pve1.example:8006").waitFor();
  await look("1-address");
  await input.fill(url);
  await page.keyboard.press("Enter");
  // The fingerprint stands there in two halves, to be compared.
  await window.choice(new RegExp(fingerprint.slice(0, 47))).waitFor();
  await look("2-certificate");
  await window.press(window.choice(/It is the same: trust it/u));
  await window.choice(/With an API token that I have/u).waitFor();
  await look("3-token-kind");
  await window.press(window.choice(/With an API token that I have/u));
  await page.getByPlaceholder("root@pam!autoscaler").waitFor();
  await input.fill(token);
  await page.keyboard.press("Enter");
  await window.choice(/Everything is ready: done/u).waitFor();
  await look("4-privileges");
  await window.press(window.choice(/Everything is ready: done/u));
}
