import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { root } from "../../scripts/lib/directories.js";
import { pageHtml } from "../../src/extension/charts/page-html.js";
import type { FromPage, PageState, ToPage } from "../../src/views/index.js";

/** The page of a chart in a browser, in the place of VS Code's own frame. */
export interface ChartFrame extends AsyncDisposable {
  readonly page: Page;
  /** What the page has told the editor so far. */
  sent(): Promise<readonly FromPage[]>;
  tell(message: ToPage): Promise<void>;
  /** What the page has left for the next time. */
  state(): Promise<PageState | undefined>;
  /** Goes to another theme, as VS Code does: variables of the root, classes of the body. */
  theme(name: keyof typeof themes): Promise<void>;
  /** What the browser has complained of: a breach of the policy, an error. */
  readonly complaints: readonly string[];
}

const origin = "http://chart.test";

/** The colours that charts use, as VS Code's own themes have them. */
export const themes = {
  light: {
    kind: "vscode-light",
    variables: {
      foreground: "#3b3b3b",
      descriptionForeground: "#3b3b3b",
      "editor-background": "#ffffff",
      "charts-foreground": "#3b3b3b",
      "charts-lines": "#3b3b3b80",
      "charts-blue": "#1a85ff",
      "charts-orange": "#d18616",
      "charts-green": "#388a34",
      "charts-purple": "#652d90",
      "charts-red": "#e51400",
      "charts-yellow": "#bf8803",
      "button-background": "#005fb8",
      "button-foreground": "#ffffff",
      "button-secondaryBackground": "#e5e5e5",
      "button-secondaryForeground": "#3b3b3b",
      "inputValidation-warningBackground": "#f6f5d2",
      focusBorder: "#005fb8",
    },
  },
  dark: {
    kind: "vscode-dark",
    variables: {
      foreground: "#cccccc",
      descriptionForeground: "#9d9d9d",
      "editor-background": "#1f1f1f",
      "charts-foreground": "#cccccc",
      "charts-lines": "#cccccc80",
      "charts-blue": "#59a4f9",
      "charts-orange": "#d18616",
      "charts-green": "#89d185",
      "charts-purple": "#b180d7",
      "charts-red": "#f14c4c",
      "charts-yellow": "#cca700",
      "button-background": "#0078d4",
      "button-foreground": "#ffffff",
      "button-secondaryBackground": "#313131",
      "button-secondaryForeground": "#cccccc",
      "inputValidation-warningBackground": "#352a05",
      focusBorder: "#0078d4",
    },
  },
  highContrast: {
    kind: "vscode-high-contrast",
    variables: {
      foreground: "#ffffff",
      descriptionForeground: "#ffffffb3",
      "editor-background": "#000000",
      "charts-foreground": "#ffffff",
      "charts-lines": "#ffffff80",
      "charts-blue": "#59a4f9",
      "charts-orange": "#d18616",
      "charts-green": "#89d185",
      "charts-purple": "#b180d7",
      "charts-red": "#f48771",
      "charts-yellow": "#cca700",
      contrastBorder: "#6fc3df",
      "button-foreground": "#ffffff",
      "button-secondaryForeground": "#ffffff",
      focusBorder: "#f38518",
    },
  },
} as const;

export async function openChartFrame(browser: Browser, kept?: PageState): Promise<ChartFrame> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  const html = pageHtml({
    source: origin,
    script: `${origin}/chart.js`,
    style: `${origin}/chart.css`,
    nonce: "abc123",
    language: "en",
  });
  const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
    "/": ["text/html", html],
    "/chart.js": ["text/javascript", await readFile(join(root, "dist/pages/chart.js"), "utf8")],
    "/chart.css": ["text/css", await readFile(join(root, "dist/pages/chart.css"), "utf8")],
  };
  await page.route("**/*", (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file === undefined ? route.fulfill({ status: 204 }) : route.fulfill({ contentType: file[0], body: file[1] });
  });
  await page.addInitScript(
    ({ state }) => {
      const seen = { sent: [] as unknown[], state };
      Object.assign(globalThis, {
        seen,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => seen.sent.push(message),
          getState: () => seen.state,
          setState: (next: never) => {
            seen.state = next;
          },
        }),
      });
    },
    { state: kept },
  );
  await page.goto(`${origin}/`);
  const frame: ChartFrame = {
    page,
    complaints,
    sent: () => page.evaluate<readonly FromPage[]>("seen.sent"),
    state: () => page.evaluate<PageState | undefined>("seen.state"),
    tell: async (message) => {
      await page.evaluate(`postMessage(${JSON.stringify(message)}, "*")`);
    },
    theme: async (name) => {
      const { kind, variables } = themes[name];
      const style = [...Object.entries({ ...variables, "font-family": "sans-serif", "font-size": "13px" })].map(
        ([variable, value]) => `--vscode-${variable}: ${value}`,
      );
      await page.evaluate(
        `document.documentElement.style.cssText = ${JSON.stringify(style.join("; "))}; document.body.className = ${JSON.stringify(kind)};`,
      );
    },
    [Symbol.asyncDispose]: () => page.close(),
  };
  await frame.theme("dark");
  return frame;
}
