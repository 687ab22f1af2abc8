import { describe, expect, it } from "vitest";
import { accepted, completionsAtMark, itemOf, labelsOf, syntaxErrors } from "./completion-cases.js";

/** Where it stands, what is taken, and the text afterwards. */
type Case = readonly [where: string, marked: string, label: string, result: string];

const written: readonly Case[] = [
  ["behind a colon and a space", "mode: |\n", "apply", "mode: apply\n"],
  ["right behind a colon", "mode:|\n", "apply", "mode: apply\n"],
  ["over a half-typed word", "mode: ap|\n", "apply", "mode: apply\n"],
  ["over a whole word", "mode: re|commend\n", "apply", "mode: apply\n"],
  ["before a comment", "mode: | # later\n", "apply", "mode: apply # later\n"],
  ["over a word before a comment", "mode: a|x # later\n", "apply", "mode: apply # later\n"],
  ["in quotes", 'mode: "a|"\n', "apply", 'mode: "apply"\n'],
  ["in single quotes", "mode: '|'\n", "apply", "mode: 'apply'\n"],
  ["in a quote that is not closed", 'mode: "a|\n', "apply", 'mode: "apply"\n'],
  ["before a quote", 'mode: |"x"\n', "apply", "mode: apply\n"],
  ["on the line below", "mode:\n  |\n", "apply", "mode:\n  apply\n"],
  ["with carriage returns", "mode: a|\r\nversion: 1\r\n", "apply", "mode: apply\r\nversion: 1\r\n"],
  ["a duration", "interval: |\n", "60s", "interval: 60s\n"],
  ["a duration from its number", "interval: 9|\n", "9m", "interval: 9m\n"],
  ["a size from its number", "defaults:\n  memory:\n    max: 2|\n", "2GiB", "defaults:\n  memory:\n    max: 2GiB\n"],
  [
    "a size whose unit is begun",
    "defaults:\n  memory: { max: 512M| }\n",
    "512MiB",
    "defaults:\n  memory: { max: 512MiB }\n",
  ],
  ["a share from its number", "defaults:\n  cpu: { target: 6| }\n", "6%", "defaults:\n  cpu: { target: 6% }\n"],
  ["a share right behind a colon", "defaults:\n  cpu: { target:| }\n", "60%", "defaults:\n  cpu: { target: 60% }\n"],
  ["a time", "businessHours:\n  from: |\n", "09:00", 'businessHours:\n  from: "09:00"\n'],
  ["a time in its quotes", 'businessHours: { from: "08|" }\n', "08:30", 'businessHours: { from: "08:30" }\n'],
  ["a time zone", "timezone: ber|\n", "Europe/Berlin", "timezone: Europe/Berlin\n"],
  ["a day", "businessHours:\n  days: [|]\n", "mon-fri", "businessHours:\n  days: [mon-fri]\n"],
  [
    "a day after another",
    "businessHours:\n  days:\n    - mon\n    - |\n",
    "wed",
    "businessHours:\n  days:\n    - mon\n    - wed\n",
  ],
  ["a date", "holidays:\n  dates: [|]\n", "12-25", 'holidays:\n  dates: ["12-25"]\n'],
  ["a date of today", "holidays:\n  dates:\n    - |\n", "2026-11-21", 'holidays:\n  dates:\n    - "2026-11-21"\n'],
  ["a preset", "policies:\n  - preset: post|\n", "postgresql", "policies:\n  - preset: postgresql\n"],
  ["a behaviour", "defaults: { behaviour: | }\n", "aggressive", "defaults: { behaviour: aggressive }\n"],
  ["truth", "defaults:\n  cpu:\n    atMinimum: |\n", "true", "defaults:\n  cpu:\n    atMinimum: true\n"],
  ["a number", "safety:\n  maxConcurrent: |\n", "3", "safety:\n  maxConcurrent: 3\n"],
  ["a factor", "defaults:\n  cpu: { boost: { factor: | } }\n", "1.5", "defaults:\n  cpu: { boost: { factor: 1.5 } }\n"],
  ["a type of notification", "notifications:\n  - type: g|\n", "gotify", "notifications:\n  - type: gotify\n"],
  [
    "an event",
    "notifications:\n  - { type: webhook, events: [scale, |] }\n",
    "failure",
    "notifications:\n  - { type: webhook, events: [scale, failure] }\n",
  ],
  ["a secret", "connection:\n  token: |\n", "${env:PROXMOX_TOKEN}", "connection:\n  token: ${env:PROXMOX_TOKEN}\n"],
  [
    "a secret in braces",
    "connection: { token: | }\n",
    "${env:PROXMOX_TOKEN}",
    'connection: { token: "${env:PROXMOX_TOKEN}" }\n',
  ],
  [
    "a reference that is begun",
    "connection:\n  url: $|\n",
    "${env:PROXMOX_URL}",
    "connection:\n  url: ${env:PROXMOX_URL}\n",
  ],
  [
    "a reference with its bracket",
    "connection:\n  token: ${en|\n",
    "${env:PROXMOX_TOKEN}",
    "connection:\n  token: ${env:PROXMOX_TOKEN}\n",
  ],
  [
    "a reference with both brackets",
    "connection:\n  token: ${env:|}\n",
    "${env:PROXMOX_TOKEN}",
    "connection:\n  token: ${env:PROXMOX_TOKEN}\n",
  ],
  [
    "a reference in quotes",
    'connection: { token: "${|" }\n',
    "${env:PROXMOX_TOKEN}",
    'connection: { token: "${env:PROXMOX_TOKEN}" }\n',
  ],
  [
    "a variable used elsewhere",
    "connection:\n  url: ${env:MY_URL}\ninterval: $|\n",
    "${env:MY_URL}",
    "connection:\n  url: ${env:MY_URL}\ninterval: ${env:MY_URL}\n",
  ],
  ["a file that is included", "include: [|]\n", "common.yaml", "include: [common.yaml]\n"],
  ["a file in a folder", "include:\n  - pol|\n", "policies/web.yaml", "include:\n  - policies/web.yaml\n"],
  ["a calendar", "holidays:\n  file: |\n", "holidays.ics", "holidays:\n  file: holidays.ics\n"],
  [
    "a map in braces",
    "defaults:\n  cooldown: |\n",
    "{ up: 1m, down: 10m }",
    "defaults:\n  cooldown: { up: 1m, down: 10m }\n",
  ],
  ["a whole list", "ignore:\n  pools: |\n", "[shop]", "ignore:\n  pools: [shop]\n"],
  ["an address", "metrics:\n  listen:|\n", "127.0.0.1:9808", 'metrics:\n  listen: "127.0.0.1:9808"\n'],
];

const live: readonly Case[] = [
  ["a vmid", "ignore: { vmids: [|] }\n", "101", "ignore: { vmids: [101] }\n"],
  ["a vmid after another", "ignore: { vmids: [101, 1|] }\n", "102", "ignore: { vmids: [101, 102] }\n"],
  ["a vmid in a bracket that is not closed", "ignore: { vmids: [101, 1|\n", "102", "ignore: { vmids: [101, 102\n"],
  ["a vmid below", "ignore:\n  vmids:\n    - |\n", "105", "ignore:\n  vmids:\n    - 105\n"],
  ["a vmid without a dash", "ignore:\n  vmids:\n    |\n", "105", "ignore:\n  vmids:\n    - 105\n"],
  ["a vmid of a template", "groups:\n  - template: { vmid: | }\n", "900", "groups:\n  - template: { vmid: 900 }\n"],
  [
    "the container of the lease",
    "safety:\n  lease: { container: | }\n",
    "101",
    "safety:\n  lease: { container: 101 }\n",
  ],
  ["a name", "policies:\n  - match: { names: [we|] }\n", "web-1", "policies:\n  - match: { names: [web-1] }\n"],
  [
    "a name in quotes",
    'policies:\n  - match: { names: ["we|"] }\n',
    "web-1",
    'policies:\n  - match: { names: ["web-1"] }\n',
  ],
  [
    "a family of names",
    "policies:\n  - match: { names: [|] }\n",
    "web-*",
    "policies:\n  - match: { names: [web-*] }\n",
  ],
  ["a tag", "defaults:\n  match: { tags: [|] }\n", "db", "defaults:\n  match: { tags: [db] }\n"],
  [
    "a tag over a half-typed one",
    "defaults:\n  match: { tags: [web, d|] }\n",
    "db",
    "defaults:\n  match: { tags: [web, db] }\n",
  ],
  [
    "a tag before another",
    "defaults:\n  match: { tags: [| web] }\n",
    "db",
    "defaults:\n  match: { tags: [db, web] }\n",
  ],
  [
    "a node",
    "schedules:\n  - match:\n      nodes:\n      - |\n",
    "pve2",
    "schedules:\n  - match:\n      nodes:\n      - pve2\n",
  ],
  [
    "a node for instances",
    "groups:\n  - placement: { nodes: [|] }\n",
    "pve3",
    "groups:\n  - placement: { nodes: [pve3] }\n",
  ],
  ["a pool", "ignore:\n  pools:\n  - |\n", "shop", "ignore:\n  pools:\n  - shop\n"],
];

describe.each([
  ["a value", written],
  ["what there is", live],
])("taking %s", (_, cases) => {
  it.each(cases)("writes it right: %s", (__, marked, label, result) => {
    const asked = completionsAtMark(marked);
    expect(accepted(asked, itemOf(asked, label))).toBe(result);
    expect(syntaxErrors(result)).toBeLessThanOrEqual(syntaxErrors(asked.document.getText()));
  });
});

describe("which values are offered", () => {
  it("begins with the default, goes on with round ones around it and ends with the bounds", () => {
    const asked = completionsAtMark("safety:\n  lease: { duration: | }\n");
    expect(labelsOf(asked)).toEqual(["3m", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h"]);
    expect(itemOf(asked, "3m")).toMatchObject({ detail: "default", preselect: true });
  });

  it("offers a number only with units that the bounds allow, and asks again with each digit", () => {
    const asked = completionsAtMark("interval: 30|\n");
    expect(labelsOf(asked)).toEqual(["30s", "30m"]);
    expect(asked.list.isIncomplete).toBe(true);
    expect(completionsAtMark("mode: a|\n").list.isIncomplete).toBe(false);
  });

  it("says why a preset is as it is, and what it says", () => {
    const preset = itemOf(completionsAtMark("policies:\n  - preset: |\n"), "postgresql");
    expect(preset.detail).toBe("PostgreSQL · databases");
    expect(JSON.stringify(preset.documentation)).toContain("memory grows early and shrinks slowly");
    expect(JSON.stringify(preset.documentation)).toContain("behaviour: conservative");
  });

  it("says in numbers what a behaviour is", () => {
    const behaviour = itemOf(completionsAtMark("defaults: { behaviour: | }\n"), "aggressive");
    expect(JSON.stringify(behaviour.documentation)).toContain("grows after 1m, then at rest for 30s");
  });

  it("tells of what there is how busy it is, and finds it by its name", () => {
    const container = itemOf(completionsAtMark("ignore: { vmids: [|] }\n"), "101");
    expect(container.detail).toBe("web-1 · 42 % of 2 cores · 512 MiB of 1 GiB");
    expect(container.filterText).toBe("101 web-1");
    expect(itemOf(completionsAtMark("ignore: { names: [|] }\n"), "web-*").detail).toBe("2 containers");
  });

  it("offers no entry twice, and goes on without a cluster", () => {
    expect(labelsOf(completionsAtMark("ignore: { tags: [web, |, db] }\n"))).toEqual(["production"]);
    expect(labelsOf(completionsAtMark("ignore:\n  tags:\n    - web\n    - |\n    - db\n"))).toEqual(["production"]);
    expect(labelsOf(completionsAtMark("ignore: { vmids: [|] }\n", { live: null }))).toEqual([]);
    expect(labelsOf(completionsAtMark("mode: |\n", { live: null }))).toContain("apply");
  });

  it("takes a choice in brackets with the character that follows it, and nothing that may go on", () => {
    expect(itemOf(completionsAtMark("defaults: { pause: | }\n"), "up").commitCharacters).toEqual([",", "}", "]"]);
    expect(itemOf(completionsAtMark("ignore: { vmids: [|] }\n"), "101").commitCharacters).toBeUndefined();
  });
});
