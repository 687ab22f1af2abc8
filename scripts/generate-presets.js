// Writes docs/presets.md from src/config/presets/ and src/config/behaviours.ts. With --check it only says whether it is up to date.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { format } from "prettier";

/** @typedef {string | number | boolean | { [key: string]: Value }} Value */
/**
 * @typedef {object} Preset
 * @property {string} name
 * @property {string} title
 * @property {string} family
 * @property {string} why
 * @property {Record<string, Value>} settings
 * @property {readonly { resource: string, why: string }[]} noticesAfterRestart
 */
/** @typedef {{ forSeconds: number, steps: number, cooldownSeconds: number, stabilisationSeconds: number }} Eagerness */
/**
 * What is documented.
 * @typedef {object} Source
 * @property {() => readonly string[]} presetNames
 * @property {(name: string) => Preset | null} presetOf
 * @property {(name: string) => { up: Eagerness, down: Eagerness }} behaviourOf
 * @property {(seconds: number) => string} formatDuration
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}docs/presets.md`;

const bundle = await build({
  stdin: {
    contents:
      'export * from "./src/config/presets/index.ts"; export { behaviourOf } from "./src/config/behaviours.ts"; export { formatDuration } from "./src/model/index.ts";',
    resolveDir: root,
  },
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
});
const code = Buffer.from(bundle.outputFiles[0]?.contents ?? []).toString("base64");
/** @type {(address: string) => Promise<Source>} */
const load = (address) => import(address);
const { presetNames, presetOf, behaviourOf, formatDuration } = await load(`data:text/javascript;base64,${code}`);

/** @param {Value} value @returns {string} */
function flow(value) {
  if (typeof value !== "object") return String(value);
  return `{ ${Object.entries(value)
    .map(([key, child]) => `${key}: ${flow(child)}`)
    .join(", ")} }`;
}

/** A map one key a line, what is in it in flow style: as people write it. @param {Record<string, Value>} settings */
function settingsText(settings) {
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === "object" && flow(value).length > 60
      ? [`${key}:`, ...Object.entries(value).map(([inner, child]) => `  ${inner}: ${flow(child)}`)]
      : [`${key}: ${flow(value)}`],
  );
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {Preset} preset */
function presetText({ name, title, why, settings, noticesAfterRestart }) {
  return [
    `### \`${name}\``,
    `**${title}.** ${why}`,
    ["```yaml", ...settingsText(settings), "```"].join("\n"),
    ...(noticesAfterRestart.length === 0
      ? []
      : [
          `Noticed only after a restart:\n\n${noticesAfterRestart.map((notice) => `- ${notice.resource}: ${capital(notice.why)}`).join("\n")}`,
        ]),
  ].join("\n\n");
}

const behaviours = ["conservative", "normal", "aggressive"].map((name) => {
  const { up, down } = behaviourOf(name);
  /** @param {(eagerness: Eagerness) => string} part */
  const both = (part) => `${part(up)} / ${part(down)}`;
  return `| \`${name}\` | ${both((one) => formatDuration(one.forSeconds))} | ${both((one) => String(one.steps))} | ${both((one) => formatDuration(one.cooldownSeconds))} | ${both((one) => formatDuration(one.stabilisationSeconds))} |`;
});

const presets = presetNames().flatMap((name) => presetOf(name) ?? []);
const families = [...new Set(presets.map(({ family }) => family))];
const text = await format(
  `<!-- Written by scripts/generate-presets.js from src/config/presets/. Change that, and run \`npm run generate\`. -->

# Presets and behaviours

## Presets

\`preset: postgresql\` in a policy, or in \`defaults\`, stands for the settings below: they are laid directly under the layer
that names the preset, and whatever that layer says itself wins, key by key.

\`\`\`yaml
policies:
  - name: databases
    match: { tags: [postgres] }
    preset: postgresql
    memory: { max: 32GiB } # all else is the preset's
\`\`\`

They are a start for containers of a home or a small company, not advice for the very large. \`explain\` shows each value
with the preset it comes from. Some programs look at their cores or their memory once, when they start, and don't notice
what is changed afterwards: that stands with each preset here, and in the reasons of a change.

${families.map((family) => `- ${capital(family)}: ${presets.flatMap((one) => (one.family === family ? [`[\`${one.name}\`](#${one.name})`] : [])).join(", ")}`).join("\n")}

## Behaviours

\`behaviour\` in \`defaults\`, a policy, a schedule or a preset says how eagerly sizes change. It fills in what no layer gives:
how long thresholds must hold (\`for\`), the most of one decision with thresholds in multiples of its \`step\` (\`maxStep\`), the
\`cooldown\` and the \`stabilisation\`. Each is given as up / down.

| behaviour | \`for\` | steps at once | \`cooldown\` | \`stabilisation\` |
| --- | --- | --- | --- | --- |
${behaviours.join("\n")}

\`normal\` is what the format has by default.

${families.map((family) => [`## ${capital(family)}`, ...presets.filter((one) => one.family === family).map(presetText)].join("\n\n")).join("\n\n")}
`,
  { parser: "markdown", printWidth: 120 },
);

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== text) {
    console.error("docs/presets.md is out of date: run `npm run generate`.");
    process.exitCode = 1;
  }
} else {
  await writeFile(target, text);
}
