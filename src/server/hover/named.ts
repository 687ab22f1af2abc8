import {
  behaviourOf,
  presetOf,
  type BehaviourName,
  type Eagerness,
  type KeyPath,
  type PresetValue,
} from "../../config/index.js";
import { formatDuration } from "../../model/index.js";

/** What a preset or behaviour that is named at a place stands for. `presetsUrl` is where all are described. */
export function namedAt(path: KeyPath, text: string, presetsUrl: string | undefined): readonly string[] {
  if (path.at(-1) === "preset") return presetInWords(text, presetsUrl);
  return path.at(-1) === "behaviour" ? behaviourInWords(text) : [];
}

function presetInWords(name: string, presetsUrl: string | undefined): readonly string[] {
  const preset = presetOf(name);
  if (preset === null) return [];
  const { title, why, settings, noticesAfterRestart } = preset;
  return [
    `**${title}**: ${why}`,
    ["```yaml", ...linesOf(settings, ""), "```"].join("\n"),
    ...(noticesAfterRestart.length === 0
      ? []
      : [
          `Notices only after a restart:\n${noticesAfterRestart.map(({ resource, why: reason }) => `- ${resource}: ${reason}`).join("\n")}`,
        ]),
    ...(presetsUrl === undefined ? [] : [`[All presets](${presetsUrl}#${name})`]),
  ];
}

/** Settings as they would stand in a file. */
function linesOf(settings: Readonly<Record<string, PresetValue>>, indent: string): readonly string[] {
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === "object" ? [`${indent}${key}:`, ...linesOf(value, `${indent}  `)] : [`${indent}${key}: ${value}`],
  );
}

function behaviourInWords(name: string): readonly string[] {
  if (!isBehaviour(name)) return [];
  const { up, down } = behaviourOf(name);
  const line = (word: string, { forSeconds, steps, cooldownSeconds, stabilisationSeconds }: Eagerness): string =>
    `- ${word}: after ${formatDuration(forSeconds)} over or under a threshold, ` +
    `${steps === 1 ? "one step" : `${steps} steps`} at once, cooldown ${formatDuration(cooldownSeconds)}, ` +
    `stabilisation ${formatDuration(stabilisationSeconds)}`;
  return [`Where nothing else is said:\n${line("growing", up)}\n${line("shrinking", down)}`];
}

function isBehaviour(name: string): name is BehaviourName {
  return name === "conservative" || name === "normal" || name === "aggressive";
}
