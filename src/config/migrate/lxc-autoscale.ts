import { isTimezone, meantTimezone } from "../timezones.js";
import { writeAutoscalingGroups } from "./autoscaling-groups.js";
import { writeConnection } from "./connection.js";
import { writeHorizontalGroup } from "./horizontal-groups.js";
import { aboutSection, writeLayer } from "./layer.js";
import type { LayerSetting } from "./layer.js";
import { emptySection } from "./ledger.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { append, comment, newMap, set, unique } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { writeNotifications } from "./notifications.js";
import { boundSettings, grainOf, readSizing, sizesOf, strategySettings } from "./thresholds.js";
import type { OldSizing, SizingSurroundings } from "./thresholds.js";
import type { Figure, Values } from "./values.js";
import { count, percent, readValues, seconds, size, withDefaults } from "./values.js";

/** Keys that say nothing about scaling, each with what takes its place. */
const elsewhere: Readonly<Record<string, string>> = {
  log_file: "`run` writes its log to standard output, one JSON object a line; the audit log is in the state folder.",
  lock_file: "The state folder has a lock of its own.",
  backup_dir: "What was there before each change is kept in the state folder; `rollback` restores it.",
  backend: "This program talks to the API of Proxmox VE.",
  use_remote_proxmox: "Near or far, this program talks to the API of Proxmox VE.",
  use_proxmox_api: "This program always talks to the API of Proxmox VE.",
  timeout_extended: "It was the limit of a clone; this program waits for the task of Proxmox VE as long as that runs.",
  ssh_timeout: "This program does not use SSH.",
  memory_exclude_cache: "Memory is always counted without page cache.",
};

const login = "This program talks to the API of Proxmox VE and needs an API token, not SSH: set PROXMOX_TOKEN.";

/** Translates the files of proxmox-lxc-autoscale: YAML of any version, INI, variables, and the planned groups. */
export function migrateLxcAutoscale(
  ledger: Ledger,
  file: NewMap,
  options: { readonly variables: boolean; readonly ownClock: boolean },
): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  const names = root.keys();
  const mainName = options.variables ? null : names.find((name) => /^DEFAULTS?$/iu.test(name));
  const main = options.variables
    ? root
    : ((mainName === undefined || mainName === null ? null : root.section(mainName)) ?? emptySection(ledger));
  for (const name of names)
    if (name !== mainName && /^DEFAULTS?$/iu.test(name))
      ledger.leftOut(root.take(name), "There is a second section of this kind, which was not read.");

  set(file, "version", 1);
  if (mainName !== null && mainName !== undefined) comment(file, "defaults", root.take(mainName)?.comments ?? []);
  const interval = readInterval(ledger, values, main, file);
  writeTimezone(ledger, values, main, file);
  set(file, "mode", "recommend", [
    "The older program changed containers at once. Look at what `plan` says, then set `mode: apply`.",
  ]);
  writeProxmox(ledger, values, main, file);

  const behaviour = readBehaviour(values, main);
  const tiers = readTiers(ledger, values, root, readSizing(ledger, values, main, null));
  const groupsAlone = main.keys().length === 0 && tiers.tiers.length === 0;
  const everywhere: Everywhere = groupsAlone
    ? ["names", ["*"]]
    : writeScaling(ledger, values, file, main, tiers, { interval, behaviour });
  writeIgnored(ledger, values, main, file);
  writeOffPeak(ledger, values, main, file, everywhere, options.ownClock);
  for (const name of names) {
    if (!/^HORIZONTAL_SCALING_GROUP_/iu.test(name)) continue;
    const section = root.section(name);
    if (section === null)
      ledger.mistake(root.take(name) as Field, "wrong-type", `Expected: settings; \`${name}\` has none.`);
    else writeHorizontalGroup(ledger, values, file, section, root.take(name), interval);
  }
  writeAutoscalingGroups(ledger, values, file, interval);
  writeSafety(ledger, values, main, file);
  writeNotifications(ledger, values, file, {
    smtp: {
      server: main.take("smtp_server"),
      port: main.take("smtp_port"),
      username: main.take("smtp_username"),
      password: main.take("smtp_password"),
      from: main.take("smtp_from"),
      to: main.take("smtp_to"),
    },
    gotify: { url: main.take("gotify_url"), token: main.take("gotify_token") },
    uptimeKuma: main.take("uptime_kuma_webhook_url"),
    variables: { smtpPassword: "LXC_AUTOSCALE_SMTP_PASSWORD", gotifyToken: "LXC_AUTOSCALE_GOTIFY_TOKEN" },
  });
  for (const [key, message] of Object.entries(elsewhere)) {
    const field = main.take(key);
    if (field !== null && !ledger.isSettled(field)) {
      if (key === "memory_exclude_cache" && !values.truth(field, true))
        ledger.leftOut(field, "Page cache always counts as free here, so usage reads lower than it did.");
      else ledger.idle(field, message);
    }
  }
  return [
    "What differs everywhere: a threshold holds from its own value on (80 % is enough), where the older program wanted",
    "more; and all readings of `for` must agree, where a single one decided. A step is cut to the bounds, not dropped,",
    "and memory never shrinks below what is in use with its headroom.",
  ];
}

function readInterval(ledger: Ledger, values: Values, main: Section, file: NewMap): Figure {
  const field = main.take("poll_interval");
  const interval = values.figure(field, 300, { least: 1, most: 86_400, whole: true, noun: "a number of seconds" });
  set(file, "interval", seconds(interval), field?.comments ?? []);
  ledger.carried(interval.field, "interval");
  return interval;
}

function writeTimezone(ledger: Ledger, values: Values, main: Section, file: NewMap): void {
  const field = main.take("timezone");
  const zone = values.text(field);
  if (zone === null || field === null) return;
  const known = withDefaults(zone);
  if (known === null || isTimezone(known)) {
    set(file, "timezone", zone, field.comments);
    ledger.carried(field, "timezone");
    return;
  }
  const meant = meantTimezone(zone);
  const hint = meant === null ? "" : ` Did you mean \`${meant}\`?`;
  ledger.mistake(field, "unknown-timezone", `There is no time zone of that name.${hint}`, meant ?? undefined);
}

function writeProxmox(ledger: Ledger, values: Values, main: Section, file: NewMap): void {
  const api = main.section("proxmox_api");
  const host = main.take("proxmox_host");
  const flat = main.take("proxmox_api_host");
  const remote = main.take("use_remote_proxmox");
  // Without remote mode the older program did not look at the host.
  const used = remote === null || values.truth(remote, false) || api !== null || flat !== null;
  const apiHost = api?.take("host") ?? flat;
  if (host !== null && !used) ledger.idle(host, "`use_remote_proxmox` is off, so this host was not used.");
  if (host !== null && used && apiHost !== null) {
    const same =
      host.node.kind === "scalar" &&
      apiHost.node.kind === "scalar" &&
      host.node.text.trim() === apiHost.node.text.trim();
    if (same) ledger.carried(host, "connection.url");
    else ledger.leftOut(host, "The API has a host of its own, which was taken.");
  }
  writeConnection(ledger, values, file, {
    host: apiHost ?? (used ? host : null),
    user: api?.take("user") ?? main.take("proxmox_api_user"),
    password: api?.take("password") ?? main.take("proxmox_api_password"),
    tokenName: api?.take("token_name") ?? main.take("proxmox_api_token_name"),
    tokenValue: api?.take("token_value") ?? main.take("proxmox_api_token_value"),
    verify: api?.take("verify_ssl") ?? main.take("proxmox_api_verify_ssl"),
    timeout: api?.take("timeout") ?? main.take("proxmox_api_timeout"),
  });
  const enabled = api?.take("enabled") ?? null;
  if (enabled !== null) ledger.idle(enabled, "This program always talks to the API of Proxmox VE.");
  for (const key of ["ssh_user", "ssh_password", "ssh_key_path", "ssh_port", "ssh_host_key_policy"]) {
    const field = main.take(key);
    if (field !== null && field.node.kind === "scalar" && field.node.text.trim() === "")
      ledger.idle(field, "It is empty.");
    else if (key === "ssh_password") reportClearText(ledger, field);
    else ledger.leftOut(field, login);
  }
}

/** A password that is not needed any more is still one in clear text. */
function reportClearText(ledger: Ledger, field: Field | null): void {
  if (field?.node.kind !== "scalar") {
    ledger.leftOut(field, login);
    return;
  }
  const { text } = field.node;
  if (!/^\$\{[A-Za-z_]\w*\}$/u.test(text.trim())) {
    ledger.defect(
      field,
      "secret-in-clear-text",
      "A secret in clear text ends up in version control. Put it into a variable and refer to it.",
    );
  }
  ledger.leftOut(field, login);
}

interface Tier {
  readonly name: string;
  readonly key: string;
  readonly section: Section;
  readonly field: Field | null;
  readonly sizing: OldSizing;
  readonly vmids: readonly (number | string)[];
  readonly members: Field | null;
}

interface Tiers {
  readonly main: OldSizing;
  readonly tiers: readonly Tier[];
}

function readTiers(ledger: Ledger, values: Values, root: Section, main: OldSizing): Tiers {
  const tiers: Tier[] = [];
  const names = new Set<string>();
  for (const key of root.keys()) {
    const suffix = /^TIER_(.*)$/isu.exec(key)?.[1];
    if (suffix === undefined) continue;
    const section = root.section(key);
    const field = root.take(key);
    if (section === null) {
      if (field !== null) ledger.mistake(field, "wrong-type", `Expected: settings; \`${key}\` has none.`);
      continue;
    }
    const base = /^\d+$/u.test(suffix) || suffix === "" ? `ct-${suffix}` : suffix;
    const members = section.take("lxc_containers");
    const name = unique(names, base);
    tiers.push({
      name,
      key,
      section,
      field,
      sizing: readSizing(ledger, values, section, main),
      vmids: values.vmids(members),
      members,
    });
  }
  // The last tier that lists a container had it.
  const owner = new Map<number | string, Tier>();
  for (const tier of tiers) for (const vmid of tier.vmids) owner.set(vmid, tier);
  return {
    main,
    tiers: tiers.map((tier) => {
      const lost = tier.vmids.filter((vmid) => owner.get(vmid) !== tier);
      if (lost.length > 0 && tier.members !== null) {
        const message = `${lost.join(", ")} is listed in a later tier too, and the last one counted: it is left out here.`;
        ledger.defect(tier.members, "never-wins", message);
        ledger.note({
          severity: "warning",
          code: "never-wins",
          key: tier.members.path,
          message,
          span: tier.members.span,
        });
      }
      return { ...tier, vmids: tier.vmids.filter((vmid) => owner.get(vmid) === tier) };
    }),
  };
}

function readBehaviour(values: Values, main: Section): SizingSurroundings["behaviour"] {
  const field = main.take("behaviour");
  const name = values.choice(field, ["normal", "conservative", "aggressive"] as const, "normal");
  return { name, field, factor: { normal: 1, conservative: 0.5, aggressive: 2 }[name] };
}

/** Runs of CT ids that leave some out: `100-104`, `106-999999999`. */
function allBut(vmids: readonly number[]): readonly (string | number)[] {
  const ranges: (string | number)[] = [];
  let from = 100;
  for (const vmid of [...vmids].sort((a, b) => a - b)) {
    if (vmid > from) ranges.push(vmid - 1 === from ? from : `${from}-${vmid - 1}`);
    from = Math.max(from, vmid + 1);
  }
  if (from <= 999_999_999) ranges.push(`${from}-999999999`);
  return ranges;
}

/** What containers without a tier of their own are matched by, in the words of a `match`. */
type Everywhere = readonly [key: "names" | "nodes", entries: readonly string[]];

function writeScaling(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  main: Section,
  { main: sizing, tiers }: Tiers,
  { interval, behaviour }: Pick<SizingSurroundings, "interval" | "behaviour">,
): Everywhere {
  const nodeField = main.take("proxmox_node");
  const node = values.text(nodeField);
  const everywhere: Everywhere = node === null ? ["names", ["*"]] : ["nodes", [node]];
  set(
    file,
    `defaults.match.${everywhere[0]}`,
    everywhere[1],
    node === null
      ? [
          "The older program saw the containers of its own host; these are those of all nodes. For one node: `match: { nodes: [name] }`.",
        ]
      : (nodeField?.comments ?? []),
  );
  ledger.carried(nodeField, "defaults.match.nodes");

  const sizings = [sizing, ...tiers.map((tier) => tier.sizing)];
  const grain = grainOf(sizings.flatMap((one) => sizesOf(one, one.mode === "boost" ? 1 : behaviour.factor)));
  const surroundings: SizingSurroundings = { interval, behaviour, grain };
  const defaults = childOf(file, "defaults");
  const bounds = boundSettings(sizing, grain);
  const strategy = strategySettings(sizing, surroundings);
  const live = tiers.filter((tier) => tier.vmids.length > 0);
  const others = live.filter((tier) => tier.sizing.mode !== sizing.mode);
  writeLayer(ledger, defaults, bounds, { path: "defaults" });
  if (others.length === 0) writeLayer(ledger, defaults, strategy, { path: "defaults" });
  set(file, "defaults.cooldown.up", "0s", ["The older program waited for nothing but its next look."]);
  set(file, "defaults.cooldown.down", "0s");

  if (others.length > 0) {
    const rest = newMap();
    const numbers = others.flatMap(({ vmids }) => vmids.filter((vmid) => typeof vmid === "number"));
    const names = others.map(({ key }) => `\`${key}\``).join(", ");
    rest.comments.push(`All containers but those of ${names}, whose \`scaling_mode\` is another.`);
    set(rest, "name", "everything-else");
    set(rest, "match.vmids", allBut(numbers));
    if (everywhere[0] === "nodes") set(rest, "match.nodes", everywhere[1]);
    const index = append(file, "policies", rest);
    writeLayer(ledger, rest, strategy, { path: `policies[${index}]` });
  }

  for (const tier of tiers) writeTier(ledger, file, tier, sizing, bounds, surroundings);
  if (behaviour.field !== null && !ledger.isSettled(behaviour.field)) {
    // `normal` is what the steps are without it.
    if (behaviour.factor === 1) ledger.carried(behaviour.field);
    else ledger.idle(behaviour.field, "It multiplied steps of memory alone, and there are none here.");
  }
  unusedSizing(ledger, main, "It is not used by the mode of the file.");
  for (const [section, where] of [
    [main, "DEFAULT"],
    ...tiers.map((tier) => [tier.section, tier.key] as const),
  ] as const) {
    ledger.leftOut(
      section.take("cpu_pinning"),
      `This program does not pin ${where === "DEFAULT" ? "containers" : "a tier"} to cores. Keep \`lxc.cgroup2.cpuset.cpus\` in the container's own configuration.`,
    );
  }
  return everywhere;
}

const sizingKeys = [
  "scaling_mode",
  "cpu_upper_threshold",
  "cpu_lower_threshold",
  "memory_upper_threshold",
  "memory_lower_threshold",
  "core_min_increment",
  "core_max_increment",
  "memory_min_increment",
  "min_decrease_chunk",
  "boost_factor",
  "boost_fallback_factor",
  "boost_duration",
  "saturation_threshold",
  "consecutive_samples",
  "cpu_scale_divisor",
  "memory_scale_factor",
  "min_cores",
  "max_cores",
  "min_memory",
  "max_memory",
];

function unusedSizing(ledger: Ledger, section: Section, message: string): void {
  for (const key of sizingKeys) {
    const field = section.take(key);
    if (field === null || ledger.isSettled(field)) continue;
    if (key === "scaling_mode") ledger.carried(field);
    else ledger.idle(field, message);
  }
}

function writeTier(
  ledger: Ledger,
  file: NewMap,
  tier: Tier,
  sizing: OldSizing,
  bounds: readonly LayerSetting[],
  surroundings: SizingSurroundings,
): void {
  const { section, members } = tier;
  if (tier.vmids.length === 0) {
    unusedSizing(ledger, section, "This tier has no container of its own.");
    if (members !== null && !ledger.isSettled(members)) ledger.idle(members, "No container is left to this tier.");
    const { field } = tier;
    if (field !== null && section.keys().length === 0) ledger.idle(field, "This tier is empty.");
    return;
  }
  const policy = newMap();
  aboutSection(policy, tier.field);
  set(policy, "name", tier.name);
  set(policy, "match.vmids", tier.vmids, members?.comments ?? []);
  const index = append(file, "policies", policy);
  const path = `policies[${index}]`;
  ledger.carried(members, `${path}.match.vmids`);
  const own = new Set(section.map.entries);
  const mine = [...boundSettings(tier.sizing, 64), ...strategySettings(tier.sizing, surroundings)];
  const base = tier.sizing.mode === sizing.mode ? [...bounds, ...strategySettings(sizing, surroundings)] : bounds;
  writeLayer(ledger, policy, mine, { path, base, own });
  unusedSizing(ledger, section, `It is not used in the mode \`${tier.sizing.mode}\`.`);
}

function childOf(file: NewMap, key: string): NewMap {
  comment(file, key, []);
  return file.entries.get(key)?.value as NewMap;
}

function writeIgnored(ledger: Ledger, values: Values, main: Section, file: NewMap): void {
  const field = main.take("ignore_lxc");
  if (field === null) return;
  const vmids = values.vmids(field);
  if (vmids.length > 0) set(file, "ignore.vmids", vmids, field.comments);
  ledger.carried(field, ...(vmids.length > 0 ? ["ignore.vmids"] : []));
}

function writeOffPeak(
  ledger: Ledger,
  values: Values,
  main: Section,
  file: NewMap,
  everywhere: Everywhere,
  ownClock: boolean,
): void {
  const mode = main.take("energy_mode");
  const on = values.truth(mode, false);
  const hour = { least: 0, most: 23, whole: true, noun: "an hour" };
  const startField = main.take("off_peak_start");
  const endField = main.take("off_peak_end");
  const start = values.figure(startField, 22, hour);
  const end = values.figure(endField, 6, hour);
  if (!on) {
    for (const field of [startField, endField]) {
      if (field !== null && !ledger.isSettled(field))
        ledger.idle(field, "Off-peak hours only counted with `energy_mode`.");
    }
    if (mode !== null && !ledger.isSettled(mode)) ledger.carried(mode);
    return;
  }
  const schedule = newMap();
  schedule.comments.push(...(mode?.comments ?? []));
  set(schedule, "name", "off-peak");
  set(schedule, `match.${everywhere[0]}`, everywhere[1]);
  set(schedule, "when.from", clock(start), startField?.comments ?? []);
  set(schedule, "when.to", clock(end), endField?.comments ?? []);
  set(schedule, "cpu.atMinimum", true);
  set(schedule, "memory.atMinimum", true);
  const index = append(file, "schedules", schedule);
  const path = `schedules[${index}]`;
  if (mode !== null) {
    const message =
      "Off-peak, sizes went to their minimum whatever was in use. Here they go as far towards it as use lets. Steps of memory were also multiplied by 0.8 then; these are not.";
    schedule.comments.push(ledger.changed(mode, [`${path}.cpu.atMinimum`, `${path}.memory.atMinimum`], message));
  }
  ledger.carried(start.field, `${path}.when.from`);
  ledger.carried(end.field, `${path}.when.to`);
  const zone = file.entries.get("timezone");
  if (zone === undefined) {
    const message = ownClock
      ? "The older program went by the clock of its host; name that time zone."
      : "The older program's default.";
    set(file, "timezone", "UTC", [message]);
    if (ownClock && mode !== null) {
      ledger.note({ severity: "warning", code: "meaning-changed", key: mode.path, message, span: mode.span });
    }
  }
}

function clock({ known, written }: Figure): string {
  return written === null ? `${String(known).padStart(2, "0")}:00` : `${written}:00`;
}

function writeSafety(ledger: Ledger, values: Values, main: Section, file: NewMap): void {
  const cpuField = main.take("reserve_cpu_percent");
  const memoryField = main.take("reserve_memory_mb");
  const cpu = values.figure(cpuField, 10, { least: 0, most: 100, noun: "a percentage" });
  const memory = values.figure(memoryField, 2048, { least: 0, most: 64 * 1024 * 1024, noun: "a number of megabytes" });
  set(file, "safety.reserve.cpu", percent(cpu), cpu.field?.comments ?? []);
  set(file, "safety.reserve.memory", size(memory), memory.field?.comments ?? []);
  const message =
    "The reserve is counted once, against what is really in use on the node; the older program took it off twice and never looked at what was in use.";
  const field = cpu.field ?? memory.field;
  if (field !== null)
    comment(file, "safety.reserve", [
      ledger.changed(field, field === cpu.field ? "safety.reserve.cpu" : "safety.reserve.memory", message),
    ]);
  ledger.carried(cpu.field, "safety.reserve.cpu");
  ledger.carried(memory.field, "safety.reserve.memory");
  set(file, "safety.nodeLimits.cpu", "100%", [
    "The older program knew neither a limit of a node's use nor one of changes at a time: these are none.",
  ]);
  set(file, "safety.nodeLimits.memory", "100%");
  set(file, "safety.maxChangesPerCycle", 10_000);
  const parallel = main.take("max_concurrent_containers");
  const most = values.optionalFigure(parallel, { least: 1, most: 100, whole: true, noun: "a number of containers" });
  if (most !== null) {
    set(file, "safety.maxConcurrent", count(most), parallel?.comments ?? []);
    ledger.carried(parallel, "safety.maxConcurrent");
  }
}
