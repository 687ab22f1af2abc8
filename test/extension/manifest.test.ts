import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  chartViewType,
  commandIds,
  contextKeys,
  languageId,
  settingKeys,
  settingsSection,
  viewIds,
} from "../../src/extension/ids.js";
import { containerRow } from "../../src/extension/containers/container-row.js";
import { isAutoscalerFileName } from "../../src/config/index.js";
import { container } from "./builders.js";

const root = join(import.meta.dirname, "../..");

interface Menu {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string; readonly name: string }[]>
    >;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly when?: string; readonly contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
    readonly languages: readonly {
      readonly id: string;
      readonly filenames: readonly string[];
      readonly extensions: readonly string[];
      readonly configuration: string;
    }[];
    readonly grammars: readonly { readonly language: string; readonly path: string }[];
    readonly yamlValidation: readonly { readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const source = readFileSync(join(root, "package.json"), "utf8");
const texts = JSON.parse(readFileSync(join(root, "package.nls.json"), "utf8")) as Readonly<Record<string, string>>;

/** Places that hold the name of a text in package.nls.json. */
const placeholder = /^%([\w.-]+)%$/u;

/** As VS Code reads it, in English. */
const manifest = JSON.parse(source, (_key, value: unknown) => {
  const name = typeof value === "string" ? placeholder.exec(value)?.[1] : undefined;
  return name === undefined ? value : (texts[name] ?? `no text ${name}`);
}) as Manifest;
const { contributes } = manifest;
const menus = Object.values(contributes.menus).flat();
const conditions = [
  ...menus.map(({ when }) => when),
  ...contributes.viewsWelcome.map(({ when }) => when),
  ...contributes.commands.map(({ enablement }) => enablement),
].filter((condition) => condition !== undefined);

describe("package.json and the code", () => {
  it("name the same commands", () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
  });

  it("name the same views", () => {
    const ids = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
    expect(ids.sort()).toEqual(Object.values(viewIds).sort());
  });

  it("name the same settings", () => {
    const expected = settingKeys.map((key) => `${settingsSection}.${key}`);
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(expected.sort());
  });

  it("read every setting that is declared", () => {
    const source = readFileSync(join(root, "src/extension/settings.ts"), "utf8");
    for (const key of settingKeys) expect(source).toContain(`"${key}"`);
  });

  it("name the same context keys", () => {
    const used = new Set(conditions.flatMap((condition) => condition.match(/lxcAutoscaler\.\w+/gu) ?? []));
    for (const id of Object.values(viewIds)) used.delete(id);
    expect([...used].sort()).toEqual(Object.values(contextKeys).sort());
  });

  it("name the same language, by the names that autoscaler files have", () => {
    const [language] = contributes.languages;
    expect(language?.id).toBe(languageId);
    const names = [...(language?.filenames ?? []), ...(language?.extensions ?? []).map((end) => `site${end}`)];
    expect(names).toHaveLength(4);
    for (const name of names) expect(isAutoscalerFileName(name)).toBe(true);
  });

  it("offer a welcome text for whatever the Containers view has to say", () => {
    const states = ["none", "connecting", "unreachable", "untrusted", "not-authenticated", "no-privileges", "failed"];
    const shown = contributes.viewsWelcome
      .filter(({ view }) => view === viewIds.containers)
      .map(({ when }) => /containersState == ([\w-]+)/u.exec(when ?? "")?.[1]);
    expect(shown.sort()).toEqual(states.sort());
  });

  it("offer verbs for rows that exist", () => {
    const emitted = new Set(
      (["running", "stopped", "paused", "unknown"] as const).map(
        (status) => containerRow(container({ status })).contextValue,
      ),
    );
    const named = conditions.flatMap((condition) =>
      [...condition.matchAll(/viewItem == ([\w.-]+)/gu)].map(([, value]) => value),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const value of named) expect(emitted).toContain(value);
  });
});

describe("package.nls.json", () => {
  it("has each text that package.json names, and no other", () => {
    const named = [...source.matchAll(/"%([\w.-]+)%"/gu)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(Object.keys(texts).sort());
  });

  it("has the titles of all commands, the names of all views and the words of all settings", () => {
    const { contributes: raw } = JSON.parse(source) as Manifest;
    const shown = [
      ...raw.commands.map(({ title }) => title),
      ...Object.values(raw.views).flatMap((views) => views.map(({ name }) => name)),
      ...raw.viewsWelcome.map(({ contents }) => contents),
      ...raw.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    for (const text of shown) expect(text).toMatch(placeholder);
  });
});

describe("package.json", () => {
  it("activates on what it contributes, in a folder that holds an autoscaler file, and for a chart that was left open", () => {
    const names = (contributes.languages[0]?.filenames ?? []).map((name) => `workspaceContains:${name}`);
    expect(manifest.activationEvents).toEqual([...names, `onWebviewPanel:${chartViewType}`]);
  });

  it("has commands in its menus, texts and steps that exist", () => {
    const links = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ].flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/gu)].map(([, command]) => command));
    const events = contributes.walkthroughs
      .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
      .map((event) => event.replace("onCommand:", ""));
    for (const command of [...menus.map(({ command }) => command), ...links, ...events]) {
      expect(commandIds).toContain(command);
    }
  });

  it("has only files that exist", () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.yamlValidation.map(({ url }) => url),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });

  it("writes titles in sentence case", () => {
    const titles = contributes.commands.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[A-Z][^A-Z]*(?:Proxmox[^A-Z]*)?$/u);
  });

  it("lets no workspace pick where is connected to and how", () => {
    const { properties } = contributes.configuration;
    expect(properties["lxcAutoscaler.requestTimeout"]?.scope).toBe("machine");
    expect(properties["lxcAutoscaler.recordsDirectory"]?.scope).toBe("machine");
  });
});
