import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { startBrowser } from "../../scripts/lib/browser.js";
import { folderAddress, startCodeServer } from "../../scripts/lib/code-server.js";
import { root } from "../../scripts/lib/directories.js";
import { editorVersions, ensureEditor } from "../../scripts/lib/editor.js";
import { packageFile } from "../../scripts/lib/package.js";

export interface WindowOptions {
  /** A folder whose copy is opened; without it, an empty one. */
  readonly folder?: string;
  /** Files of the workspace, beside the copy's. */
  readonly files?: Readonly<Record<string, string>>;
  /** Settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly width?: number;
  readonly height?: number;
  /** Ask whether the folder is trusted, as VS Code does. */
  readonly trust?: boolean;
  /** Show tooltips. Without it none stands in the way of a click. */
  readonly tooltips?: boolean;
}

/** A VS Code in a browser with the packaged extension, and the hands of a person in it. */
export interface Window extends AsyncDisposable {
  readonly page: Page;
  /** The folder that is open. */
  readonly workspace: string;
  /** Runs a command of the palette by its title. */
  command(title: string): Promise<void>;
  /** Opens a file of the workspace. */
  open(file: string): Promise<void>;
  /** Shows a view container of the activity bar. */
  showActivity(name: string): Promise<void>;
  /** A row of any tree, by the text it holds. */
  row(name: string | RegExp): Locator;
  /** A row of the picker that is open. */
  choice(name: string | RegExp): Locator;
  /** Clicks a button or link, and takes the pointer away: left there it would get the tooltip of whatever comes under it. */
  press(target: Locator): Promise<void>;
  /** Takes the pointer to where nothing has a tooltip. */
  rest(): Promise<void>;
  /** An entry of the context menu of a row, which is open then. */
  entryOf(row: Locator, entry: string): Promise<Locator>;
  /** Has an entry of the context menu of a row carried out. */
  menu(row: Locator, entry: string): Promise<void>;
  /** Takes a proposal of the editor, which is asked for where none is shown. */
  complete(label: string): Promise<void>;
  /** The text of a file of the workspace. */
  read(file: string): Promise<string>;
  /** Keeps a picture of the whole window in `screenshots/`, which Git ignores. */
  picture(name: string): Promise<void>;
}

/** Opens a window in a profile of its own. Whoever opens it closes it. */
export async function openWindow(options: WindowOptions = {}): Promise<Window> {
  const home = await mkdtemp(join(tmpdir(), "lxc-autoscaler-e2e-"));
  const workspace = join(home, "homelab");
  await mkdir(workspace);
  if (options.folder !== undefined) await cp(options.folder, workspace, { recursive: true });
  for (const [file, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), text);
  }
  const closers: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const server = await startCodeServer({
      editor: await ensureEditor(editorVersions.newest),
      profile: join(home, "profile"),
      extensions: [await packageFile()],
      settings: {
        ...(options.tooltips === true ? {} : { "workbench.hover.delay": 600_000, "editor.hover.enabled": "off" }),
        ...options.settings,
      },
      environment: {
        XDG_STATE_HOME: join(home, "state"),
        XDG_CONFIG_HOME: join(home, "config"),
        ...options.environment,
      },
      trust: options.trust ?? false,
    });
    closers.push(server.close);
    const browser: Browser = await startBrowser();
    closers.push(() => browser.close());
    const size = { width: options.width ?? 1400, height: options.height ?? 900 };
    const page = await browser.newPage({
      viewport: size,
      reducedMotion: "reduce",
    });
    page.setDefaultTimeout(30_000);
    await page.goto(folderAddress(server.address, workspace));
    await page.locator(".monaco-workbench").waitFor();
    // How it looked at the end, whatever came of the test.
    closers.push(() => page.screenshot({ path: join(root, "screenshots", `${endOfTest()}.png`) }));
    return hands(page, size, workspace, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file name for the end of the test that is running. */
function endOfTest(): string {
  const title = expect.getState().currentTestName ?? "test";
  return `end-${title.replaceAll(/\W+/gu, "-").slice(0, 60)}`;
}

function hands(
  page: Page,
  size: { readonly width: number; readonly height: number },
  workspace: string,
  close: () => Promise<void>,
): Window {
  const input = page.locator(".quick-input-widget input.input");
  const pick = async (prefix: string, text: string): Promise<void> => {
    // Whatever was open before may still be closing, and would take the palette, or the key that opens it, with it.
    await input.waitFor({ state: "hidden" });
    await expect
      .poll(
        async () => {
          await page.keyboard.press("F1");
          return comes(input);
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    const row = page.locator(".quick-input-list .monaco-list-row.focused", { hasText: text });
    await input.fill(prefix + text);
    await row.waitFor();
    await page.keyboard.press("Enter");
  };
  const rest = (): Promise<void> => page.mouse.move(size.width - 2, Math.round(size.height * 0.6));
  const proposals = page.locator(".suggest-widget.visible");
  const comes = (locator: Locator): Promise<boolean> =>
    locator.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
  const entryOf = async (row: Locator, entry: string): Promise<Locator> => {
    const item = page.getByRole("menuitem", { name: entry });
    // A row that is painted anew just then takes its menu with it.
    await expect
      .poll(
        async () => {
          await rest();
          await row.click({ button: "right" });
          if (await comes(item)) return true;
          await page.keyboard.press("Escape");
          return false;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    return item;
  };
  return {
    page,
    workspace,
    rest,
    press: async (target) => {
      await target.click();
      await rest();
    },
    entryOf,
    menu: async (row, entry) => {
      const item = await entryOf(row, entry);
      await item.hover();
      // By keyboard: a menu that has only just opened takes no click.
      await page.keyboard.press("Enter");
      await item.waitFor({ state: "detached" });
      await rest();
    },
    complete: async (label) => {
      const first = proposals.locator(".monaco-list-row").first();
      // Asked once more where the answer was none: what was typed last may not have been known then.
      await expect
        .poll(
          async () => {
            if (await first.isVisible()) return true;
            await page.keyboard.press("ControlOrMeta+Space");
            return comes(first);
          },
          { timeout: 30_000 },
        )
        .toBe(true);
      const focused = proposals.locator(".monaco-list-row.focused .label-name");
      await expect
        .poll(
          async () => {
            const found = await focused.innerText();
            if (found !== label) await page.keyboard.press("ArrowDown");
            return found;
          },
          { timeout: 20_000, interval: 30 },
        )
        .toBe(label);
      await page.keyboard.press("Enter");
      await proposals.waitFor({ state: "hidden" });
    },
    command: (title) => pick(">", title),
    open: async (file) => {
      await pick("", file);
      await page.locator(".tab.active", { hasText: file }).waitFor();
      // A key that is pressed before goes nowhere.
      await page.locator(".editor-instance .monaco-editor.focused").waitFor();
    },
    showActivity: async (name) => {
      const item = page.locator(`.activitybar .action-item:has(.action-label[aria-label^="${name}"])`);
      // A click on the one that is shown would hide it.
      if (!((await item.getAttribute("class")) ?? "").includes("checked")) await item.click();
    },
    row: (name) => page.getByRole("treeitem", { name }),
    choice: (name) => page.locator(".quick-input-list").getByRole("option", { name }),
    read: (file) => readFile(join(workspace, file), "utf8"),
    picture: async (name) => {
      // What fades in is there as it will be.
      await page.screenshot({ path: join(root, "screenshots", `${name}.png`), animations: "disabled" });
    },
    [Symbol.asyncDispose]: close,
  };
}
