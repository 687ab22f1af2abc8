import { describe, expect, it } from "vitest";
import { accepted, completionsAtMark, itemOf, labelsOf, syntaxErrors } from "./completion-cases.js";

/** Where it stands, what is taken, and the text afterwards. */
type Case = readonly [where: string, marked: string, label: string, result: string];

const atTheTop: readonly Case[] = [
  ["an empty file", "|", "version", "version: 1"],
  ["a half-typed word", "ver|", "version", "version: 1"],
  ["a word with the cursor inside", "version: 1\nmo|d\n", "mode", "version: 1\nmode: \n"],
  ["a word with the cursor before it", "version: 1\n|mod\n", "mode", "version: 1\nmode: \n"],
  ["an empty line at the end", "version: 1\n|", "mode", "version: 1\nmode: "],
  ["a line between others", "version: 1\n|\nmode: apply\n", "interval", "version: 1\ninterval: \nmode: apply\n"],
  ["a key that has its colon", "version: 1\nin|: 60s\n", "interval", "version: 1\ninterval: 60s\n"],
  ["a key with space before its colon", "int| : 60s\n", "interval", "interval : 60s\n"],
  ["a key in quotes", 'version: 1\n"int|": 60s\n', "interval", "version: 1\ninterval: 60s\n"],
  ["a list of texts", "inc|", "include", "include: []"],
  ["a list of maps", "version: 1\npol|\n", "policies", "version: 1\npolicies:\n  - \n"],
  ["a map", "version: 1\nsaf|\n", "safety", "version: 1\nsafety:\n  \n"],
  ["after a document's start", "---\nversion: 1\n|", "mode", "---\nversion: 1\nmode: "],
  ["after a comment", "# mine\n|", "version", "# mine\nversion: 1"],
  ["before a comment on the line", "version: 1\nmo| # here\n", "mode", "version: 1\nmode:  # here\n"],
  ["after a list at the margin", "policies:\n- name: a\n|\n", "mode", "policies:\n- name: a\nmode: \n"],
  ["a line that is further in by mistake", "version: 1\n   |\n", "mode", "version: 1\nmode: \n"],
  ["a file that is further in as a whole", "  version: 1\n  |\n", "mode", "  version: 1\n  mode: \n"],
];

const inMaps: readonly Case[] = [
  ["an empty line below", "defaults:\n  |\n", "cpu", "defaults:\n  cpu:\n    \n"],
  ["an empty line below, further in", "defaults:\n    |\n", "pause", "defaults:\n    pause: \n"],
  ["the end of the file", "defaults:\n  |", "priority", "defaults:\n  priority: "],
  ["a half-typed word", "defaults:\n  mem|\n", "memory", "defaults:\n  memory:\n    \n"],
  ["a line after a map in braces", "defaults:\n  cpu: {}\n  |\n", "memory", "defaults:\n  cpu: {}\n  memory:\n    \n"],
  [
    "at the margin before what is further in",
    "defaults:\n|\n  cpu: {}\n",
    "pause",
    "defaults:\n  pause: \n  cpu: {}\n",
  ],
  ["half-way in before what is further in", "defaults:\n |\n  cpu: {}\n", "pause", "defaults:\n  pause: \n  cpu: {}\n"],
  ["one column too few", "defaults:\n  cpu:\n    min: 1\n   |\n", "max", "defaults:\n  cpu:\n    min: 1\n    max: \n"],
  [
    "columns too many",
    "defaults:\n  cpu:\n    min: 1\n       |\n",
    "max",
    "defaults:\n  cpu:\n    min: 1\n    max: \n",
  ],
  [
    "back at the outer map",
    "defaults:\n  cpu:\n    min: 1\n  |\n",
    "memory",
    "defaults:\n  cpu:\n    min: 1\n  memory:\n    \n",
  ],
  [
    "between keys",
    "defaults:\n  cpu:\n    min: 1\n    |\n    max: 4\n",
    "step",
    "defaults:\n  cpu:\n    min: 1\n    step: \n    max: 4\n",
  ],
  [
    "above the first key",
    "defaults:\n  cpu:\n    |\n    max: 4\n",
    "min",
    "defaults:\n  cpu:\n    min: \n    max: 4\n",
  ],
  ["a word whose colon was deleted", "defaults:\n  cp|\n    min: 1\n", "cpu", "defaults:\n  cpu:\n    min: 1\n"],
  ["behind a colon", "defaults:|\n", "pause", "defaults:\n  pause: \n"],
  ["behind a colon and a space", "defaults: |\n", "pause", "defaults:\n  pause: \n"],
  ["a word behind a colon", "defaults: pa|\n", "pause", "defaults:\n  pause: \n"],
  [
    "three deep",
    "defaults:\n  cpu:\n    scaleUp:\n      |\n",
    "above",
    "defaults:\n  cpu:\n    scaleUp:\n      above: \n",
  ],
  [
    "four spaces a level",
    "defaults:\n    cpu:\n        mi|\n    memory:\n",
    "min",
    "defaults:\n    cpu:\n        min: \n    memory:\n",
  ],
  [
    "four spaces a level, opened",
    "defaults:\n    pause: up\n    cp|\n",
    "cpu",
    "defaults:\n    pause: up\n    cpu:\n        \n",
  ],
  [
    "mount points",
    "defaults:\n  mountPoints:\n    mp0: {}\n    |\n",
    "mp1",
    "defaults:\n  mountPoints:\n    mp0: {}\n    mp1:\n      \n",
  ],
  ["tabs", "defaults:\n\t|\n", "pause", "defaults:\n  pause: \n"],
  ["a word after a tab", "defaults:\n\tpau|\n", "pause", "defaults:\n  pause: \n"],
  ["two tabs", "defaults:\n  cpu:\n\t\t|\n", "min", "defaults:\n  cpu:\n    min: \n"],
  ["carriage returns", "defaults:\r\n  |\r\n", "cpu", "defaults:\r\n  cpu:\r\n    \r\n"],
  ["carriage returns and a word", "defaults:\r\n  cpu:\r\n    mi|\r\n", "min", "defaults:\r\n  cpu:\r\n    min: \r\n"],
  ["a byte order mark", "\uFEFFver|", "version", "\uFEFFversion: 1"],
  ["a byte order mark before a map", "\uFEFFdefaults:\n  |\n", "pause", "\uFEFFdefaults:\n  pause: \n"],
  ["a time in quotes", "businessHours:\n  fr|\n", "from", 'businessHours:\n  from: ""\n'],
  [
    "comments between",
    "defaults:\n  # more\n  |\n  # later\n  cpu: {}\n",
    "pause",
    "defaults:\n  # more\n  pause: \n  # later\n  cpu: {}\n",
  ],
  [
    "an emoji above",
    "policies:\n  - name: 🦊🦊\n    ma|\n",
    "match",
    "policies:\n  - name: 🦊🦊\n    match:\n      \n",
  ],
  ["an anchor", "defaults: &all\n  |\n", "pause", "defaults: &all\n  pause: \n"],
];

const inBrackets: readonly Case[] = [
  ["empty braces", "defaults:\n  cpu: {|}\n", "min", "defaults:\n  cpu: {min: }\n"],
  ["empty braces with spaces", "defaults:\n  cpu: { | }\n", "min", "defaults:\n  cpu: { min:  }\n"],
  ["after a comma", "defaults:\n  cpu: { min: 1, | }\n", "max", "defaults:\n  cpu: { min: 1, max:  }\n"],
  ["a half-typed word", "defaults:\n  cpu: { min: 1, ma| }\n", "max", "defaults:\n  cpu: { min: 1, max:  }\n"],
  ["before another key", "defaults:\n  cpu: { | max: 4 }\n", "min", "defaults:\n  cpu: { min: , max: 4 }\n"],
  ["a word before another key", "defaults:\n  cpu: { mi| max: 4 }\n", "min", "defaults:\n  cpu: { min: , max: 4 }\n"],
  ["a key with its colon", "defaults:\n  cpu: { mi|: 1 }\n", "min", "defaults:\n  cpu: { min: 1 }\n"],
  ["a key in quotes", 'defaults:\n  cpu: { "mi|": 1 }\n', "min", "defaults:\n  cpu: { min: 1 }\n"],
  [
    "braces that are not closed",
    "defaults:\n  cpu: { min: 1, sc|\n",
    "scaleUp",
    "defaults:\n  cpu: { min: 1, scaleUp: {  }\n",
  ],
  [
    "braces in braces",
    "defaults:\n  cpu: { scaleUp: { above: 80%, fo| } }\n",
    "for",
    "defaults:\n  cpu: { scaleUp: { above: 80%, for:  } }\n",
  ],
  [
    "after braces in braces",
    "defaults:\n  cpu: { scaleUp: {}, | }\n",
    "max",
    "defaults:\n  cpu: { scaleUp: {}, max:  }\n",
  ],
  ["a map in braces", "defaults: { cp| }\n", "cpu", "defaults: { cpu: {  } }\n"],
  ["a list in braces", "ignore: { ta| }\n", "tags", "ignore: { tags: [] }\n"],
  [
    "braces over lines",
    "defaults:\n  cpu: {\n    min: 1,\n    |\n  }\n",
    "max",
    "defaults:\n  cpu: {\n    min: 1,\n    max: \n  }\n",
  ],
  [
    "braces over lines, before another",
    "defaults:\n  cpu: {\n    |\n    min: 1\n  }\n",
    "max",
    "defaults:\n  cpu: {\n    max: ,\n    min: 1\n  }\n",
  ],
  ["a list of maps", "policies: [|]\n", "match", "policies: [{ match: {  } }]\n"],
  ["a map in a list", "policies: [{ name: a, | }]\n", "match", "policies: [{ name: a, match: {  } }]\n"],
  ["the whole file in braces", "{ version: 1, | }", "mode", "{ version: 1, mode:  }"],
  ["the whole file as JSON", '{\n  "version": 1,\n  |\n}', "mode", '{\n  "version": 1,\n  mode: \n}'],
  ["an entry in braces", "policies:\n  - { na| }\n", "name", "policies:\n  - { name:  }\n"],
  [
    "after a forgotten bracket",
    "ignore:\n  tags: [web, db\ndefaults:\n  |\n",
    "pause",
    "ignore:\n  tags: [web, db\ndefaults:\n  pause: \n",
  ],
];

const inLists: readonly Case[] = [
  ["after a dash", "policies:\n  - |\n", "match", "policies:\n  - match:\n      \n"],
  ["right after a dash", "policies:\n  -|\n", "name", "policies:\n  - name: \n"],
  ["a word after a dash", "policies:\n  - na|\n", "name", "policies:\n  - name: \n"],
  ["a further line", "policies:\n  - name: web\n    |\n", "match", "policies:\n  - name: web\n    match:\n      \n"],
  [
    "a further line, one column too few",
    "policies:\n  - name: web\n   |\n",
    "preset",
    "policies:\n  - name: web\n    preset: \n",
  ],
  [
    "a further line between entries",
    "policies:\n  - name: a\n    |\n  - name: b\n",
    "pause",
    "policies:\n  - name: a\n    pause: \n  - name: b\n",
  ],
  ["a dash at the margin", "policies:\n- |\n", "name", "policies:\n- name: \n"],
  [
    "a line in a list at the margin",
    "policies:\n- name: web\n  ma|\n",
    "match",
    "policies:\n- name: web\n  match:\n    \n",
  ],
  ["a dash before what is below", "policies:\n  - |\n    name: a\n", "pause", "policies:\n  - pause: \n    name: a\n"],
  ["an entry with its colon", "policies:\n  - na|: web\n", "name", "policies:\n  - name: web\n"],
  ["a line without a dash", "policies:\n  |\n", "- name, match", "policies:\n  - name: \n    match: \n"],
  ["a line without a dash, a key", "policies:\n  |\n", "- preset", "policies:\n  - preset: \n"],
  [
    "a new entry after another",
    "policies:\n  - name: a\n    match: {}\n  |\n",
    "- name",
    "policies:\n  - name: a\n    match: {}\n  - name: \n",
  ],
  [
    "a new entry between others",
    "policies:\n  - name: a\n  |\n  - name: b\n",
    "- name",
    "policies:\n  - name: a\n  - name: \n  - name: b\n",
  ],
  ["behind the list's colon", "policies: |\n", "name", "policies:\n  - name: \n"],
  [
    "deep in an entry",
    "policies:\n  - name: a\n    cpu:\n      |\n  - name: b\n",
    "max",
    "policies:\n  - name: a\n    cpu:\n      max: \n  - name: b\n",
  ],
  [
    "an entry after a broken one",
    "policies:\n  - match: { tags: [a\n  - name: b\n    |\n",
    "match",
    "policies:\n  - match: { tags: [a\n  - name: b\n    match:\n      \n",
  ],
  [
    "a notification by its type",
    "notifications:\n  - type: gotify\n    |\n",
    "token",
    "notifications:\n  - type: gotify\n    token: \n",
  ],
  [
    "a notification whose type comes later",
    "notifications:\n  - url: x\n    |\n    type: gotify\n",
    "token",
    "notifications:\n  - url: x\n    token: \n    type: gotify\n",
  ],
  [
    "a notification in braces",
    "notifications:\n  - { type: email, | }\n",
    "server",
    "notifications:\n  - { type: email, server:  }\n",
  ],
];

const pieces: readonly Case[] = [
  [
    "a policy",
    "policies:\n  - |\n",
    "policy",
    "policies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { min: 1, max: 4, target: 60% }\n    memory: { min: 512MiB, max: 4GiB, target: 70% }\n",
  ],
  [
    "a policy without a dash",
    "policies:\n  |\n",
    "policy with a preset",
    "policies:\n  - name: database\n    match: { tags: [db] }\n    preset: postgresql\n",
  ],
  [
    "a schedule",
    "schedules:\n- |\n",
    "schedule",
    'schedules:\n- name: nights\n  match: { tags: [web] }\n  when: { days: [mon-fri], from: "22:00", to: "06:00" }\n  cpu: { max: 2 }\n',
  ],
  [
    "a group",
    "groups: |\n",
    "group",
    "groups:\n  - name: frontend\n    template: { vmid: 900 }\n    instances: { min: 2, max: 6 }\n    scaleOut: { cpu: 75%, memory: 85%, for: 2m, cooldown: 5m }\n    scaleIn: { cpu: 30%, memory: 40%, for: 10m, cooldown: 10m, action: stop }\n",
  ],
  [
    "a webhook",
    "notifications:\n  - |",
    "webhook",
    'notifications:\n  - type: webhook\n    url: "https://hooks.example/T000"\n    events: [scale, failure]',
  ],
  [
    "a connection",
    "version: 1\n|\n",
    "connection to a cluster",
    "version: 1\nconnection:\n  url: https://pve1.example:8006\n  token: ${env:PROXMOX_TOKEN}\n  fingerprint: ${env:PROXMOX_FINGERPRINT}\n",
  ],
  [
    "a list with a first entry",
    "version: 1\n|\n",
    "schedules with a first schedule",
    'version: 1\nschedules:\n  - name: nights\n    match: { tags: [web] }\n    when: { days: [mon-fri], from: "22:00", to: "06:00" }\n    cpu: { max: 2 }\n',
  ],
  [
    "a boost",
    "defaults:\n  cpu:\n    |\n",
    "boost with its values",
    "defaults:\n  cpu:\n    boost: { above: 95%, samples: 3, factor: 1.5, fallbackFactor: 1.25, duration: 10m }\n",
  ],
  [
    "thresholds",
    "defaults:\n  memory:\n    |\n",
    "scaleUp and scaleDown",
    "defaults:\n  memory:\n    scaleUp: { above: 80%, for: 2m, step: 512MiB }\n    scaleDown: { below: 25%, for: 15m, step: 256MiB }\n",
  ],
  [
    "thresholds in braces",
    "policies:\n  - cpu: { | }\n",
    "scaleUp and scaleDown",
    "policies:\n  - cpu: { scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 25%, for: 15m, step: 1 } }\n",
  ],
  [
    "a policy in brackets",
    "policies: [|]\n",
    "policy with a preset",
    "policies: [{ name: database, match: { tags: [db] }, preset: postgresql }]\n",
  ],
  [
    "lines with carriage returns",
    "schedules:\r\n  - |\r\n",
    "schedule",
    'schedules:\r\n  - name: nights\r\n    match: { tags: [web] }\r\n    when: { days: [mon-fri], from: "22:00", to: "06:00" }\r\n    cpu: { max: 2 }\r\n',
  ],
];

describe.each([
  ["a key at the top", atTheTop],
  ["a key of a map", inMaps],
  ["a key in brackets", inBrackets],
  ["a key of a list's entry", inLists],
  ["a piece of a file", pieces],
])("taking %s", (_, cases) => {
  it.each(cases)("writes it right: %s", (__, marked, label, result) => {
    const asked = completionsAtMark(marked);
    expect(accepted(asked, itemOf(asked, label))).toBe(result);
    expect(syntaxErrors(result)).toBeLessThanOrEqual(syntaxErrors(asked.document.getText()));
  });
});

describe("which keys are offered", () => {
  it.each([
    ["at the top", "version: 1\n|\nmode: apply\ndefaults: {}\n", ["version", "mode", "defaults"]],
    ["with a byte order mark", "\uFEFFversion: 1\n|\n", ["version"]],
    ["in a map, above and below", "defaults:\n  cpu:\n    min: 1\n    |\n    max: 4\n", ["min", "max"]],
    [
      "beside maps with keys of their own",
      "defaults:\n  cpu:\n    min: 1\n  |\n  memory:\n    max: 4GiB\n",
      ["cpu", "memory"],
    ],
    ["in braces, before and behind", "defaults:\n  cpu: { min: 1, |, max: 4 }\n", ["min", "max"]],
    ["in braces over lines", "defaults:\n  cpu: {\n    min: 1,\n    |\n    max: 4\n  }\n", ["min", "max"]],
    ["in an entry", "policies:\n  - name: a\n    |\n    match: {}\n  - pause: up\n", ["name", "match"]],
    ["after a dash", "policies:\n  - |\n    name: a\n", ["name"]],
    ["where another key has its colon", "defaults:\n  cpu|: {}\n  memory: {}\n", ["memory"]],
    ["that are deprecated", "connection:\n  |\n", ["verifyTls"]],
  ])("not those that are there already: %s", (_, marked, absent) => {
    const offered = labelsOf(completionsAtMark(marked));
    expect(offered.length).toBeGreaterThan(0);
    for (const key of absent) expect(offered).not.toContain(key);
  });

  it("offers the keys of other entries and maps all the same", () => {
    expect(labelsOf(completionsAtMark("policies:\n  - name: a\n    |\n  - pause: up\n"))).toContain("pause");
    expect(labelsOf(completionsAtMark("defaults:\n  cpu:\n    min: 1\n  memory:\n    |\n"))).toContain("min");
  });

  it.each([
    ["the top", "|", ["version"]],
    ["a policy", "policies:\n  - |\n", ["match"]],
    ["a schedule", "schedules:\n  - name: a\n    |\n", ["match", "when"]],
    ["a group", "groups:\n  - |\n", ["template", "instances"]],
    ["a mail", "notifications:\n  - { type: email, | }\n", ["server", "from", "to"]],
  ])("puts required ones first: %s", (_, marked, required) => {
    const asked = completionsAtMark(marked);
    expect(labelsOf(asked).slice(0, required.length)).toEqual(required);
    const sorted = asked.list.items.toSorted((a, b) => (a.sortText ?? "").localeCompare(b.sortText ?? ""));
    expect(sorted).toEqual(asked.list.items);
    for (const key of required) expect(itemOf(asked, key).detail).toContain("required");
  });

  it.each([
    ["a comment", "# |\n"],
    ["a comment behind a value", "version: 1 # |\n"],
    ["behind a finished value", "mode: apply |\n"],
    ["behind a closed bracket", "defaults: {} |\n"],
    ["between a bracket and the next entry", "defaults: { cpu: {} | }\n"],
    ["before a bracket", "defaults: |{}\n"],
    ["a block text", "policies:\n  - name: |-\n      te\n".replace("|-", ">-").replace("te", "te|")],
    ["before a dash", "policies:\n  |- name: a\n"],
    ["an alias", "defaults: *al|\n"],
    ["a key that does not exist", "nonsense:\n  |\n"],
    ["a value that lies below", "defaults: |\n  cpu: {}\n"],
  ])("offers nothing in %s", (_, marked) => {
    expect(labelsOf(completionsAtMark(marked))).toEqual([]);
  });

  it("tells what a key does, its type and its default, and asks again only where the answer changes", () => {
    const asked = completionsAtMark("int|");
    const { documentation, detail } = itemOf(asked, "interval");
    expect(documentation).toMatchObject({ kind: "markdown" });
    expect(JSON.stringify(documentation)).toContain("Default: `60s`");
    expect(detail).toBe("duration");
    expect(asked.list.isIncomplete).toBe(false);
  });

  it("writes plain text for editors that know no snippets", () => {
    const asked = completionsAtMark("policies:\n  - |\n", { snippets: false });
    for (const { insertTextFormat, textEdit } of asked.list.items) {
      expect(insertTextFormat).toBe(1);
      expect(JSON.stringify(textEdit)).not.toContain("$");
    }
    expect(accepted(asked, itemOf(asked, "policy with a preset"))).toBe(
      "policies:\n  - name: database\n    match: { tags: [db] }\n    preset: postgresql\n",
    );
  });
});
