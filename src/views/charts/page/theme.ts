/** Colours and fonts of the editor, as a canvas needs them. */
export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly band: string;
  readonly mark: string;
  readonly font: string;
  readonly hues: readonly string[];
  readonly lineWidth: number;
}

/** The charts' own colours of every theme; blue and yellow first, which nearly everybody can tell apart. */
const hueNames = ["blue", "yellow", "purple", "green", "red", "orange"] as const;

/** How many lines differ in colour; those after them differ in their dashes too. */
export const hueCount = hueNames.length;

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (names: readonly string[], otherwise: string): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== "") ?? otherwise;
  const foreground = read(["charts-foreground", "foreground"], style.color);
  const lines = read(["charts-lines", "editorWidget-border", "contrastBorder"], foreground);
  const highContrast = /\bvscode-high-contrast/u.test(document.body.className);
  return {
    foreground,
    muted: read(highContrast ? ["foreground"] : ["descriptionForeground", "foreground"], foreground),
    // As strong as they are the lines of a grid would be seen before what is drawn over them.
    grid: highContrast ? lines : `color-mix(in srgb, ${lines} 40%, transparent)`,
    background: read(["editor-background"], "transparent"),
    band: lines,
    mark: read(["charts-foreground", "foreground"], foreground),
    font: `${read(["font-size"], "13px")} ${read(["font-family"], "sans-serif")}`,
    hues: hueNames.map((hue) => opaque(read([`charts-${hue}`], foreground))),
    lineWidth: highContrast ? 2.5 : 1.5,
  };
}

/** Some themes have them half transparent, which a thin line can't afford. */
function opaque(colour: string): string {
  return colour.replace(/^(#[\da-f]{6})[\da-f]{2}$/iu, "$1").replace(/^rgba\(([^)]*),[^,)]*\)$/u, "rgb($1)");
}

/** Calls whenever the editor changes its colours. */
export function onThemeChange(changed: () => void): void {
  // VS Code writes the variables into the root's style and the kind of theme into the body's classes.
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
