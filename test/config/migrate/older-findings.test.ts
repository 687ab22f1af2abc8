import { describe, expect, it } from "vitest";
import { readAutoscalerFile } from "../../../src/config/index.js";
import { migrated } from "./samples.js";

/** What validate says of an older file, beside that it is one. */
function defects(text: string, file = "old.yaml"): readonly string[] {
  const { findings } = readAutoscalerFile(text, { file });
  expect(findings[0]?.code).toBe("older-format");
  return findings
    .slice(1)
    .map(({ line, column, endColumn, severity, code }) => `${line}:${column}-${endColumn} ${severity} ${code}`);
}

describe("validate of an older file finds what is wrong in it", () => {
  it.each([
    ["DEFAULT:\n  cpu_upper_threshold: 150\n", ["2:24-27 error out-of-range"]],
    ["DEFAULT:\n  cpu_upper_threshold: often\n", ["2:24-29 error wrong-type"]],
    ["DEFAULT:\n  cpu_lower_threshold: 90\n  cpu_upper_threshold: 80\n", ["3:24-26 error below-above-above"]],
    ["DEFAULT:\n  max_cores: 2\n  min_cores: 4\n", ["3:14-15 error min-above-max"]],
    ["DEFAULT:\n  behaviour: wild\n", ["2:14-18 error not-a-choice"]],
    ["DEFAULT:\n  timezone: Europe/Rom\n", ["2:13-23 error unknown-timezone"]],
    ["DEFAULT:\n  ignore_lxc: [104, web]\n", ["2:15-25 error bad-vmid"]],
    ["DEFAULT:\n  energy_mode: perhaps\n", ["2:16-23 error wrong-type"]],
    ["DEFAULT:\n  min_cores: 1\n  min_cores: 2\n", ["2:3-12 warning never-wins"]],
    ["DEFAULT:\n  min_coers: 1\n", ["2:3-12 warning never-wins"]],
    ["DEFAULT:\n  ssh_password: hunter22\n", ["2:17-25 warning secret-in-clear-text"]],
    ["DEFAULT:\n  gotify_url: https://g.example\n  gotify_token: abcdef\n", ["3:17-23 warning secret-in-clear-text"]],
    ["DEFAULT:\n  gotify_url: nowhere\n", ["2:15-22 error bad-address"]],
    [
      "DEFAULT: {}\nTIER_a: { lxc_containers: [101] }\nTIER_b: { lxc_containers: [101] }\n",
      ["2:27-32 warning never-wins"],
    ],
    ["DEFAULT: {}\nTIER_a: { lxc_containers: [101], max_cores: 0 }\n", ["2:45-46 error out-of-range"]],
    ["DEFAULT: {}\nHORIZONTAL_SCALING_GROUP_1: { base_snapshot_name: golden }\n", ["2:51-57 error bad-vmid"]],
    [
      "DEFAULT: {}\nHORIZONTAL_SCALING_GROUP_1: { base_snapshot_name: 101, min_instances: 5, max_instances: 2 }\n",
      ["2:89-90 error min-above-max"],
    ],
    ["proxmox: {}\nglobal: { monitoring_interval: 10 }\n", ["2:32-34 error out-of-range"]],
    ["proxmox: {}\ncontainers:\n  - vmid: 7\n", ["3:11-12 error bad-vmid"]],
    ["servers: []\nservices: {}\nautoscaler: { business_hours: { start: noon } }\n", ["3:40-44 error wrong-type"]],
    ["MIN_CORES=many\nMAX_CORES=4\n", ["1:11-15 error wrong-type"]],
    ["[DEFAULT]\n; note\nmin_cores = 1   \nmax_cores = lots  \n", ["4:13-17 error wrong-type"]],
    ["DEFAULT:\n\tpoll_interval: 3\n", ["2:1-2 error syntax"]],
  ] as const)("%j", (text, expected) => {
    expect(defects(text)).toEqual(expected);
  });

  it("and the migration keeps out what was wrong, with a warning and the old value", () => {
    const { text, notes } = migrated("DEFAULT:\n  cpu_upper_threshold: 150\n  max_cores: 6\n");
    expect(text).toContain("above: 80%");
    expect(text).toContain("max: 6");
    expect(text).toContain("# DEFAULT.cpu_upper_threshold: 150");
    expect(notes).toContainEqual(
      expect.objectContaining({ line: 2, column: 24, severity: "warning", code: "out-of-range" }),
    );
  });

  it("takes a directive for YAML 1.1", () => {
    expect(defects("%YAML 1.1\n---\nDEFAULT:\n  min_cores: 2\n")).toEqual([]);
    expect(migrated("%YAML 1.1\n---\nDEFAULT:\n  min_cores: 2\n").text).toContain("min: 2");
  });

  it("takes what the older readers took: a comment glued to a list, words for booleans, numbers as texts", () => {
    expect(
      defects('DEFAULT:\n  ignore_lxc: ["104"]# mine\n  energy_mode: Yes\n  min_cores: "2"\n  timezone: UTC\n'),
    ).toEqual([]);
  });
});

describe("both dialects of variables", () => {
  it("become ours, with the unit behind them", () => {
    const { text } = migrated(
      "DEFAULT:\n  poll_interval: ${POLL:-120}\n  cpu_upper_threshold: ${UP}\n  min_memory: ${MEM:-1024}\n  proxmox_host: ${PVE}.lan\n",
    );
    expect(text).toContain("interval: ${POLL:-120}s");
    expect(text).toContain('above: "${env:UP}%"');
    expect(text).toContain("${MEM:-1024}MiB");
    expect(text).toContain("url: https://${env:PVE}.lan:8006");
  });

  it("are told apart: a single colon is the other program's, and only as the whole value", () => {
    const { text } = migrated('proxmox: { host: "${PVE:pve1.lan}", port: "${PORT:8007}" }\nglobal: {}\n');
    expect(text).toContain("url: https://${PVE:-pve1.lan}:${PORT:-8007}");
    const literal = migrated('proxmox: { host: "node-${PVE}" }\nglobal: {}\n');
    expect(literal.notes).toContainEqual(expect.objectContaining({ code: "unknown-reference", key: "proxmox.host" }));
  });
});

describe("records of earlier programs", () => {
  it("are told without being read as YAML, however long they are", () => {
    const event =
      '{"timestamp": "2025-03-01 10:00:00 CET", "container_id": "101", "action": "Increase Cores", "change": "1"}\n';
    const cycle = '{"101":{"timestamp":"2024-08-20T14:05:09","cpu_usage_percent":12.5,"memory_usage_mb":384.5}}';
    for (const text of [event.repeat(40_000), `[${Array.from({ length: 40_000 }, () => cycle).join(",")}]`]) {
      expect(defects(text)).toEqual([]);
    }
  });
});
