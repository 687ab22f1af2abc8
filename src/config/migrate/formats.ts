/** The formats of earlier programs that are read, with the words messages call them by. */
export const formatNames = {
  "lxc-autoscale": "proxmox-lxc-autoscale (`DEFAULT`, `TIER_…`)",
  "lxc-autoscale-v1": "proxmox-lxc-autoscale, version 1 (`DEFAULTS`)",
  "lxc-autoscale-autoconf": "proxmox-lxc-autoscale, made by its autoconf script (`TIER_<CT id>`)",
  "lxc-autoscale-variables": "proxmox-lxc-autoscale (`.env`)",
  "lxc-autoscale-ini": "proxmox-lxc-autoscale (INI)",
  "lxc-autoscale-groups": "proxmox-lxc-autoscale, planned groups (`ASG_…`)",
  "lxc-autoscaler": "lxc_autoscaler (`proxmox`, `containers`)",
  "service-autoscaler": "a service autoscaler (`servers`, `services`)",
  "lxc-autoscale-ml": "proxmox-lxc-autoscale-ml",
  nexcage: "nexcage (`proxmox`, `runtime`)",
  "deployment-variables": "deployment scripts for a container (`PROXMOX_CONTAINER_…`)",
  backup: "proxmox-lxc-autoscale, a backup of one container's sizes",
  "boost-state": "proxmox-lxc-autoscale, running boosts",
  "event-log": "proxmox-lxc-autoscale, its log of events",
  metrics: "proxmox-lxc-autoscale-ml, recorded usage",
  "vmid-mapping": "nexcage, names of containers",
} as const;

export type FormatId = keyof typeof formatNames;

const some = (keys: readonly string[], pattern: RegExp): boolean => keys.some((key) => pattern.test(key));

/** Tells a format by the top-level keys of a map; `null`: it is none of them. */
export function formatOfKeys(keys: readonly string[], inside: (key: string) => readonly string[]): FormatId | null {
  const isTaskfile = keys.includes("tasks") && keys.includes("version");
  if (isTaskfile) {
    const variables = [...inside("vars"), ...inside("env")];
    const tasks = inside("tasks");
    return some([...variables, ...tasks], /^(?:PROXMOX_|proxmox)/u) ? "deployment-variables" : null;
  }
  // Whoever writes `version: 1` means this format, whatever else stands in the file.
  if (keys.includes("version")) return null;
  if (some(keys, /^(?:DEFAULTS?$|TIER_|HORIZONTAL_SCALING_GROUP_|ASG_(?:TEMPLATE|GROUP)_)/u)) {
    if (some(keys, /^ASG_/u)) return "lxc-autoscale-groups";
    if (some(keys, /^TIER_\d+$/u)) return "lxc-autoscale-autoconf";
    return keys.includes("DEFAULTS") ? "lxc-autoscale-v1" : "lxc-autoscale";
  }
  if (keys.includes("runtime") && some(keys, /^(?:proxmox|container_config|zfs|storage|networking?)$/u))
    return "nexcage";
  if (keys.includes("proxmox") && some(keys, /^(?:container_config|zfs|networking)$/u)) return "nexcage";
  if (keys.includes("proxmox") && some(keys, /^(?:global|containers|default_(?:thresholds|limits))$/u))
    return "lxc-autoscaler";
  if (some(keys, /^default_(?:thresholds|limits)$/u)) return "lxc-autoscaler";
  if (keys.includes("servers") && keys.includes("services")) return "service-autoscaler";
  if (
    some(
      inside("scaling"),
      /^(?:(?:cpu|ram)_scale_(?:up|down)_threshold|ram_(?:chunk_size|upper_limit)|(?:min|max)_ram_mb|total_ram_mb)$/u,
    )
  )
    return "lxc-autoscale-ml";
  if (keys.includes("lxc") && some(keys, /^(?:rate_limiting|gunicorn|error_handling)$/u)) return "lxc-autoscale-ml";
  if (some(inside("monitoring"), /^(?:export_file|check_interval|excluded_devices)$/u)) return "lxc-autoscale-ml";
  if (some(inside("vars"), /^PROXMOX_CONTAINER_/u)) return "deployment-variables";
  return null;
}

/** Tells a record by the value of a JSON text; `null`: it is none. */
export function formatOfRecord(value: unknown, name: string): FormatId | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const keys = entries.map(([key]) => key);
  const isMap = (one: unknown): one is object => typeof one === "object" && one !== null && !Array.isArray(one);
  if (keys.length > 0 && keys.every((key) => key === "cores" || key === "memory")) return "backup";
  if (/\d+_backup\.json$/u.test(name) && (keys.includes("cores") || keys.includes("memory"))) return "backup";
  if (keys.length > 0 && entries.every(([key, one]) => /^\d+$/u.test(key) && isMap(one))) {
    const inner = entries.flatMap(([, one]) => Object.values(one as Readonly<Record<string, unknown>>));
    if (inner.some((one) => isMap(one) && "original" in one)) return "boost-state";
  }
  if (/(?:^|[/\\])boost_state\.json$/u.test(name)) return "boost-state";
  if (/(?:^|[/\\])mapping\.json$/u.test(name)) return "vmid-mapping";
  const vmid = (one: unknown): boolean => /^\d{3,9}$/u.test(String(one)) && typeof one !== "object";
  if (
    keys.length > 0 &&
    !keys.includes("version") &&
    entries.every(([, one]) => vmid(one) || (isMap(one) && "vmid" in one))
  )
    return "vmid-mapping";
  return null;
}

const environmentKeys =
  /^(?:export )?(?:POLL_INTERVAL|(?:CPU|MEMORY)_(?:UPPER|LOWER)_THRESHOLD|(?:MIN|MAX)_CORES|MIN_MEMORY|MIN_DECREASE_CHUNK|RESERVE_(?:CPU_PERCENT|MEMORY_MB)|OFF_PEAK_(?:START|END)|ENERGY_MODE|IGNORE_LXC|BEHAVIOUR|USE_REMOTE_PROXMOX|CORE_(?:MIN|MAX)_INCREMENT|MEMORY_MIN_INCREMENT)[ \t]*=/mu;
const deploymentKeys = /^(?:export )?PROXMOX_(?:HOST|CONTAINER_\w+|VM_\w+|SSH_KEY)[ \t]*=/mu;
const iniKeys =
  /^(?:poll_interval|energy_mode|behaviour|(?:cpu|memory)_(?:upper|lower)_threshold|(?:min|max)_cores|min_memory|min_decrease_chunk|ignore_lxc|reserve_\w+|off_peak_\w+|core_m(?:in|ax)_increment|memory_min_increment|gotify_\w+)[ \t]*[=:]/imu;

/** Tells a format by the text itself, where it is no map of YAML. */
export function formatOfText(text: string): FormatId | null {
  if (/^[ \t]*\[[^\]\r\n]+\][ \t]*\r?$/mu.test(text) && iniKeys.test(text)) return "lxc-autoscale-ini";
  const isDeployment = /^(?:export )?PROXMOX_(?:CONTAINER|VM)_\w+[ \t]*=/mu.test(text);
  if (!isDeployment && environmentKeys.test(text)) return "lxc-autoscale-variables";
  if (deploymentKeys.test(text)) return "deployment-variables";
  return null;
}
