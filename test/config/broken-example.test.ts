import { describe, expect, it } from "vitest";
import { brief, edited, example, read, unmark } from "./example.js";

/** What of the example is replaced, by what (the finding stands at «…»), and the code of the one finding there must be. */
const variants: readonly (readonly [find: string, replace: string, code: string, suggestion?: string | undefined])[] = [
  // Syntax
  ["alsoTry: [https://pve2.example:8006]", "alsoTry: [https://pve2.example:8006\n  «t»oken: x", "syntax"],
  ["  cpu:\n    min: 1", "«\t»cpu:\n    min: 1", "syntax"],
  [
    "ignore: { vmids: [104], tags: [no-scale] }",
    "ignore: { vmids: [104], tags: [no-scale] }\n«---»\nversion: 1",
    "syntax",
  ],
  ['names: ["batch-*"]', "names: [«*»]", "syntax"],
  // Keys
  ["mode: recommend ", "mode: recommend\n«mode»: apply #", "duplicate-key"],
  ["    max: 8\n", "    max: 8\n    «max»: 4\n", "duplicate-key"],
  ["interval: 60s", "«intervall»: 60s", "unknown-key", "interval"],
  ["interval: 60s", "«poll_interval»: 60s", "unknown-key", "interval"],
  ["timezone: Europe/Berlin", "timezone: Europe/Berlin\n«colour»: red", "unknown-key"],
  ["step: 1, maxStep: 2 }", "step: 1, «maxstep»: 2 }", "unknown-key", "maxStep"],
  ["step: 1, maxStep: 2 }", "step: 1, «max_step»: 2 }", "unknown-key", "maxStep"],
  ["scaleDown: { below: 25%", "«scaledown»: { below: 25%", "unknown-key", "scaleDown"],
  ["    headroom: 20%", "    «headrom»: 20%", "unknown-key", "headroom"],
  ["  - name: web\n    match:", "  - name: web\n    «matches»:", "unknown-key", "match"],
  ["match: { vmids: [105, 110-119] }", "match: { «vmid»: [105, 110-119] }", "unknown-key", "vmids"],
  ["tolerance: 10%, max: 12", "«above»: 10%, max: 12", "unknown-key"],
  ["    priority: 10\n", "    «max»: 10\n", "unknown-key"],
  ["reserve: { cpu: 10%, memory: 2GiB }", "reserve: { «cpus»: 10%, memory: 2GiB }", "unknown-key", "cpu"],
  ["healthyAfter: 2", "«healtyAfter»: 2", "unknown-key", "healthyAfter"],
  ["backend: frontend, port: 80", "backend: frontend, port: 80, «weight»: 3", "unknown-key"],
  ['{ listen: "127.0.0.1:9808" }', '{ listen: "127.0.0.1:9808", «path»: /metrics }', "unknown-key"],
  ["cooldown: { up: 1m, down: 10m }", "cooldown: { up: 1m, down: 10m }\n  «<<»: {}", "unknown-key"],
  ["version: 1\ninterval: 60s", "«interval»: 60s", "missing-key"],
  ['  - name: batch\n    match: { names: ["batch-*"], pools: [jobs] }\n', "  - «name»: batch\n", "missing-key"],
  [
    '    when: { days: [mon-fri], from: "22:00", to: "06:00" }',
    '    «when»: { days: [mon-fri], from: "22:00" }',
    "missing-key",
  ],
  [
    "    template: { vmid: 900, snapshot: golden, clone: linked }",
    "    «template»: { snapshot: golden, clone: linked }",
    "missing-key",
  ],
  ["    instances: { min: 2, max: 6 }", "    «instances»: { min: 2 }", "missing-key"],
  ['metrics: { listen: "127.0.0.1:9808" }', "«metrics»: {}", "missing-key"],
  ["http: { port: 80, path: /healthz }", "«http»: { path: /healthz }", "missing-key"],
  ["- { type: webhook, url:", "- { «url»:", "missing-key"],
  [
    '{ type: webhook, url: "https://hooks.example/T000", events: [scale, failure] }',
    "{ «type»: webhook, events: [scale, failure] }",
    "missing-key",
  ],
  ["health: { http: { port: 80, path: /healthz }, interval:", "«health»: { interval:", "missing-key"],
  ["network: { mode: static, pool: [192.168.100.195-192.168.100.204/24],", "«network»: { mode: static,", "missing-key"],
  // Types
  ["  cpu:\n    min: 1\n", "  cpu:\n    min: «one»\n", "wrong-type"],
  ["  cpu:\n    min: 1\n", '  cpu:\n    min: «"1"»\n', "wrong-type", "1"],
  ["  cpu:\n    min: 1\n", "  cpu:\n    «min»:\n", "wrong-type"],
  ["  cpu:\n    min: 1\n", "  cpu:\n    min: «[1]»\n", "wrong-type"],
  ["tags: [web], nodes", "tags: «web», nodes", "wrong-type", "[web]"],
  ["tags: [web], nodes", "tags: [«7»], nodes", "wrong-type", '"7"'],
  ["- name: web\n", "- name: «{ first: web }»\n", "wrong-type"],
  ["interval: 60s", "interval: «often»", "wrong-type"],
  ["interval: 60s", "interval: «true»", "wrong-type"],
  ["cooldown: { up: 1m, down: 10m }", "cooldown: «1m»", "wrong-type"],
  ["priority: 10\n", "priority: «high»\n", "wrong-type"],
  ["priority: 10\n", "priority: «1.5»\n", "wrong-type"],
  ["maxChangesPerCycle: 5", "maxChangesPerCycle: «many»", "wrong-type"],
  ["version: 1\n", 'version: «"1"»\n', "wrong-type", "1"],
  ['from: "22:00"', "from: «22»", "wrong-type", '"22:00"'],
  ['from: "22:00"', 'from: «"9:00"»', "wrong-type", '"09:00"'],
  ['from: "22:00"', "from: «late»", "wrong-type"],
  ['to: "06:00" }', 'to: «"06:00:00"» }', "wrong-type", '"06:00"'],
  ["ignore: { vmids: [104], tags: [no-scale] }", "ignore: «[104]»", "wrong-type"],
  ["notifications:\n  - { type", "notifications:\n  - «webhook»\n  - { type", "wrong-type"],
  // Choices
  ["mode: recommend ", "mode: «recomend» ", "not-a-choice", "recommend"],
  ["mode: recommend ", "mode: «on» ", "not-a-choice"],
  ["resource: cpulimit", "resource: «cpu-limit»", "not-a-choice", "cpulimit"],
  ["days: [mon-fri]", "days: [«monday-friday»]", "not-a-choice", "mon-fri"],
  ["days: [mon-fri]", "days: [«weekdays»]", "not-a-choice"],
  ["mode: static", "mode: «statik»", "not-a-choice", "static"],
  ["action: stop", "action: «pause»", "not-a-choice"],
  ["strategy: spread", "strategy: «spred»", "not-a-choice", "spread"],
  ["clone: linked", "clone: «copy»", "not-a-choice"],
  ["type: webhook", "type: «webhok»", "not-a-choice", "webhook"],
  ["events: [scale, failure]", "events: [scale, «failures»]", "not-a-choice", "failure"],
  // Units
  ["interval: 60s", "interval: «60»", "missing-unit", "60s"],
  ["interval: 60s", "interval: «60sec»", "wrong-unit", "1m"],
  ["interval: 60s", "interval: «1 min»", "wrong-unit", "1m"],
  ["interval: 60s", "interval: «500ms»", "wrong-unit"],
  ["above: 80%", "above: «80»", "missing-unit", "80%"],
  ["above: 80%", "above: «0.8»", "missing-unit", "80%"],
  ["above: 80%", "above: «80 %»", "wrong-unit", "80%"],
  ["min: 512MiB", "min: «512»", "missing-unit", "512MiB"],
  ["min: 512MiB", "min: «512MB»", "wrong-unit", "512MiB"],
  ["min: 512MiB", "min: «512 MiB»", "wrong-unit", "512MiB"],
  ["max: 8GiB", "max: «8G»", "wrong-unit", "8GiB"],
  ["max: 8GiB", "max: «8gib»", "wrong-unit", "8GiB"],
  ["max: 8GiB", "max: «80%»", "wrong-unit"],
  ["below: 25%, for: 15m", "below: 25%, for: «15»", "missing-unit", "15s"],
  ["headroom: 20%", "headroom: «20MiB»", "wrong-unit"],
  ["target: 60%", "target: «60»", "missing-unit", "60%"],
  ["step: 512MiB", "step: «512M»", "wrong-unit", "512MiB"],
  ["max: 12 }", "max: «12cores» }", "wrong-unit", "12"],
  ["max: 12 }", "max: «12%» }", "wrong-unit"],
  ["duration: 10m", "duration: «10min»", "wrong-unit", "10m"],
  ["reserve: { cpu: 10%, memory: 2GiB }", "reserve: { cpu: «10», memory: 2GiB }", "missing-unit", "10%"],
  // Ranges
  ["interval: 60s", "interval: «0s»", "out-of-range"],
  ["interval: 60s", "interval: «2d»", "out-of-range"],
  ["above: 80%", "above: «180%»", "out-of-range"],
  ["above: 80%", "above: «-80%»", "out-of-range"],
  ["samples: 3", "samples: «0»", "out-of-range"],
  ["fallbackFactor: 1.25", "fallbackFactor: «0.9»", "out-of-range"],
  ["fallbackFactor: 1.25", "fallbackFactor: «1.75»", "out-of-range"],
  ["port: 80, path", "port: «80000», path", "out-of-range"],
  ["maxConcurrent: 3", "maxConcurrent: «0»", "out-of-range"],
  ["priority: 10\n", "priority: «100000»\n", "out-of-range"],
  ["min: 512MiB", "min: «1MiB»", "out-of-range"],
  ["step: 1, maxStep: 2 }", "step: 2, maxStep: «1» }", "out-of-range"],
  ['to: "06:00" }', 'to: «"25:00"» }', "out-of-range"],
  ["timeout: 2s", "timeout: «20s»", "out-of-range"],
  ["max: 12 }", "max: 12, step: «0.5» }", "out-of-range"],
  ["pool: [192.168.100.195-192.168.100.204/24]", "pool: «[]»", "out-of-range"],
  // Two settings that contradict each other
  ["    min: 1\n    max: 8\n", "    min: 9\n    max: «8»\n", "min-above-max"],
  ["    min: 1\n    max: 8\n", "    max: 8\n    min: «9»\n", "min-above-max"],
  ["    max: 8GiB", "    max: «256MiB»", "min-above-max"],
  ["instances: { min: 2, max: 6 }", "instances: { min: 7, max: «6» }", "min-above-max"],
  ["min: 0.5, max: 4, step: 0.5 }", "min: 5, max: «4», step: 0.5 }", "min-above-max"],
  ["max: 12 }", "max: «0.5» }", "min-above-max"],
  ["cpu: { max: 2 }", "cpu: { max: 2, min: «3» }", "min-above-max"],
  ["    memory: { max: 2GiB }", "    memory: { max: «256MiB» }", "min-above-max"],
  ["scaleDown: { below: 25%", "scaleDown: { below: «80%»", "below-above-above"],
  ["scaleIn: { cpu: 30%", "scaleIn: { cpu: «75%»", "below-above-above"],
  ["memory: { max: 2GiB }", "memory: { max: 2GiB, scaleUp: { above: «30%» } }", "below-above-above"],
  [
    "cpu: { target: 60%, tolerance: 10%, max: 12 }",
    "cpu: { target: 60%, tolerance: 10%, max: 12, «fixed»: 2 }",
    "two-strategies",
  ],
  ["- name: database", "- name: «web»", "duplicate-name"],
  // References, names, addresses
  ["match: { vmids: [105, 110-119] }", "match: «{}»", "empty-match"],
  ["match: { vmids: [105, 110-119] }", "«match»:", "empty-match"],
  ["match: { vmids: [105, 110-119] }", "match: { vmids: «[]» }", "empty-match"],
  ['names: ["batch-*"]', "names: [«*-batch»]", "unknown-reference", '"*-batch"'],
  ["interval: 60s", "interval: «${INTERVAL}»", "unknown-reference", "${env:INTERVAL}"],
  ["interval: 60s", "interval: «${evn:INTERVAL}»", "unknown-reference", "${env:INTERVAL}"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${PROXMOX_TOKEN}»", "bad-secret-reference", "${env:PROXMOX_TOKEN}"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${env:}»", "bad-secret-reference"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${env:PROXMOX_TOKEN»", "bad-secret-reference"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${file:secrets/token}»", "bad-secret-reference"],
  ["timezone: Europe/Berlin", "timezone: «Europe/Berlim»", "unknown-timezone", "Europe/Berlin"],
  ["timezone: Europe/Berlin", "timezone: «Berlin»", "unknown-timezone", "Europe/Berlin"],
  ["timezone: Europe/Berlin", 'timezone: «"+02:00"»', "unknown-timezone"],
  ["url: https://pve1.example:8006", "url: «http://pve1.example:8006»", "bad-address", "https://pve1.example:8006"],
  ["url: https://pve1.example:8006", "url: «pve1.example:8006»", "bad-address", "https://pve1.example:8006"],
  ["url: https://pve1.example:8006", "url: «https://pve1.example:80060»", "bad-address"],
  [
    "url: https://pve1.example:8006",
    "url: «https://pve1.example:8006/api2/json»",
    "bad-address",
    "https://pve1.example:8006",
  ],
  ["alsoTry: [https://pve2.example:8006]", "alsoTry: [«https://»]", "bad-address"],
  ["gateway: 192.168.100.1,", "gateway: «192.168.100.256»,", "bad-address"],
  ["gateway: 192.168.100.1,", "gateway: «192.168.100.200»,", "bad-address"],
  ["gateway: 192.168.100.1,", "gateway: «192.168.101.1»,", "bad-address"],
  ["[192.168.100.195-192.168.100.204/24]", "[«192.168.100.204-192.168.100.195/24»]", "bad-address"],
  ["[192.168.100.195-192.168.100.204/24]", "[«192.168.100.195-192.168.100.204»]", "bad-address"],
  ['listen: "127.0.0.1:9808"', 'listen: «"127.0.0.1"»', "bad-address"],
  ['listen: "127.0.0.1:9808"', 'listen: «"127.0.0.1:98080"»', "bad-address"],
  ['"https://hooks.example/T000"', '«"hooks.example/T000"»', "bad-address"],
  ["path: /healthz", "path: «healthz»", "bad-address", "/healthz"],
  ["ignore: { vmids: [104]", "ignore: { vmids: [«99»]", "bad-vmid"],
  ["ignore: { vmids: [104]", "ignore: { vmids: [«web-1»]", "bad-vmid"],
  ["vmids: [105, 110-119]", "vmids: [105, «119-110»]", "bad-vmid", "110-119"],
  ["vmids: [105, 110-119]", "vmids: [105, «110 - 119»]", "bad-vmid", "110-119"],
  ["template: { vmid: 900,", "template: { vmid: «9»,", "bad-vmid"],
  ["version: 1\n", "version: «2»\n", "unsupported-version"],
  // Warnings and information
  ["scaleDown: { below: 25%", "scaleDown: { below: «50%»", "would-oscillate"],
  ["tolerance: 10%", "tolerance: «0%»", "would-oscillate"],
  ["scaleIn: { cpu: 30%", "scaleIn: { cpu: «60%»", "would-oscillate"],
  [
    "- name: database\n    match: { vmids: [105, 110-119] }",
    "- name: «database»\n    match: { vmids: [104] }",
    "never-wins",
  ],
  [
    '- name: batch\n    match: { names: ["batch-*"], pools: [jobs] }',
    "- name: «batch»\n    match: { tags: [no-scale] }",
    "never-wins",
  ],
  ["memory: { max: 2GiB }", "memory: { max: 2GiB, «tolerance»: 5% }", "never-wins"],
  ["memory: { max: 2GiB }", "memory: { max: 2GiB, shrink: «immediate» }", "never-wins"],
  ["mode: static, pool:", "mode: dhcp, «pool»:", "never-wins"],
  [
    "token: ${env:PROXMOX_TOKEN}",
    "token: «root@pam!autoscaler=9b0f1d1e-2f3a-4b5c-8d7e-0123456789ab»",
    "secret-in-clear-text",
  ],
  ["events: [scale, failure] }", "events: [scale, failure], secret: «hunter2» }", "secret-in-clear-text"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «CHANGE_ME»", "placeholder-value"],
  ["url: https://pve1.example:8006", "url: «<your node>»", "placeholder-value"],
  ['"https://hooks.example/T000"', '«"http://hooks.example/T000"»', "unverified-tls", "https://hooks.example/T000"],
  ["url: https://pve1.example:8006", "url: https://pve1.example:8006\n  verifyTls: «false»", "unverified-tls"],
  ["url: https://pve1.example:8006", "url: https://pve1.example:8006\n  «verifyTls»: true", "deprecated-key"],
  ["above: 80%, for: 2m", "above: 80%, for: «30s»", "window-shorter-than-interval"],
  [
    "scaleOut: { cpu: 75%, memory: 85%, for: 2m",
    "scaleOut: { cpu: 75%, memory: 85%, for: «10s»",
    "window-shorter-than-interval",
  ],
  [
    "cpu: { target: 60%, tolerance: 10%, max: 12 }",
    "cpu: { percentile: { of: 95%, over: «7d», margin: 15% }, max: 12 }",
    "coarse-history",
  ],
  ["pool: [192.168.100.195-192.168.100.204/24]", "pool: «[192.168.100.195-192.168.100.197/24]»", "unreachable-bound"],
  ["cpu: { target: 60%, tolerance: 10%, max: 12 }", "cpu: { max: 12, fixed: «16» }", "unreachable-bound"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${env:ANOTHER_TOKEN}»", "unresolved-reference"],
  ["token: ${env:PROXMOX_TOKEN}", "token: «${file:/no/such/file}»", "unresolved-reference"],
  ["max: 12 }", 'max: «"${env:MOST}"» }', "unresolved-reference"],
];

describe("the example of the contract", () => {
  it("is clean but for the token that is not set", () => {
    const { findings, config } = read(example, { environment: {} });
    expect(findings.map(({ code, line }) => ({ code, line }))).toEqual([{ code: "unresolved-reference", line: 9 }]);
    expect(config).not.toBeNull();
  });

  it("has nothing at all to report once the token is set", () => {
    expect(read(example).findings).toEqual([]);
  });
});

const rows = variants.map(([find, replace, code, suggestion]) => ({ find, replace, code, suggestion }));

describe("a broken variant of the example", () => {
  it.each(rows)("$find → $replace: $code", ({ find, replace, code, suggestion }) => {
    const { text, range } = unmark(edited(find, replace));
    const { findings } = read(text);
    expect(findings.map(brief)).toEqual([`${code} ${range}`]);
    if (suggestion !== undefined) expect(findings[0]!.suggestion).toBe(suggestion);
    expect(findings[0]!.message).toMatch(/^\S.*[.?]$/u);
  });
});
