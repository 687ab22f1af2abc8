import { describe, expect, it } from "vitest";
import { migrated } from "./samples.js";

/** Every key the earlier programs document, with a value other than its default. */
const documented: readonly (readonly [
  format: string,
  wrap: (key: string) => string,
  keys: Readonly<Record<string, string>>,
])[] = [
  [
    "DEFAULT",
    (line) => `DEFAULT:\n  ${line}\n`,
    {
      log_file: "/x.log",
      lock_file: "/x.lock",
      backup_dir: "/x",
      poll_interval: "120",
      energy_mode: "true",
      behaviour: "aggressive",
      timezone: "Europe/Rome",
      reserve_cpu_percent: "5",
      reserve_memory_mb: "1024",
      off_peak_start: "20",
      off_peak_end: "4",
      cpu_upper_threshold: "70",
      cpu_lower_threshold: "10",
      memory_upper_threshold: "70",
      memory_lower_threshold: "10",
      memory_exclude_cache: "false",
      min_cores: "2",
      max_cores: "6",
      min_memory: "1024",
      max_memory: "4096",
      core_min_increment: "2",
      core_max_increment: "3",
      memory_min_increment: "512",
      min_decrease_chunk: "512",
      cpu_scale_divisor: "5",
      memory_scale_factor: "3",
      timeout_extended: "90",
      scaling_mode: "boost",
      boost_factor: "2",
      boost_fallback_factor: "1.1",
      boost_duration: "60",
      saturation_threshold: "0.9",
      consecutive_samples: "5",
      ignore_lxc: "[104]",
      backend: "api",
      use_remote_proxmox: "true",
      proxmox_host: "pve",
      ssh_port: "2222",
      ssh_user: "root",
      ssh_password: "${SSH}",
      ssh_key_path: "/root/.ssh/id",
      ssh_host_key_policy: "auto",
      smtp_server: "smtp.example",
      smtp_port: "25",
      smtp_username: "u",
      smtp_password: "${P}",
      smtp_from: "a@example.org",
      smtp_to: "[b@example.org]",
      gotify_url: "https://g.example",
      gotify_token: "${T}",
      uptime_kuma_webhook_url: "https://k.example/api/push/x",
      proxmox_api:
        "{ host: pve, user: root@pam, token_name: n, token_value: '${V}', verify_ssl: false, enabled: true }",
      cpu_pinning: "0-3",
      use_proxmox_api: "true",
      proxmox_api_host: "pve",
      proxmox_api_user: "root@pam",
      proxmox_api_password: "${P}",
      proxmox_api_token_name: "n",
      proxmox_api_token_value: "${V}",
      proxmox_node: "pve1",
      proxmox_api_verify_ssl: "false",
      proxmox_api_timeout: "10",
      max_concurrent_containers: "7",
      ssh_timeout: "5",
    },
  ],
  [
    "TIER_x",
    (line) => `DEFAULT: {}\nTIER_x:\n  lxc_containers: [101]\n  ${line}\n`,
    {
      cpu_upper_threshold: "70",
      cpu_lower_threshold: "10",
      memory_upper_threshold: "70",
      memory_lower_threshold: "10",
      min_cores: "2",
      max_cores: "6",
      min_memory: "1024",
      max_memory: "4096",
      core_min_increment: "2",
      core_max_increment: "3",
      memory_min_increment: "512",
      min_decrease_chunk: "512",
      cpu_pinning: "p-cores",
      scaling_mode: "boost",
      boost_factor: "2",
      boost_fallback_factor: "1.1",
      boost_duration: "60",
      saturation_threshold: "0.9",
      consecutive_samples: "5",
    },
  ],
  [
    "HORIZONTAL_SCALING_GROUP_1",
    (line) => `DEFAULT: {}\nHORIZONTAL_SCALING_GROUP_1:\n  base_snapshot_name: "101"\n  ${line}\n`,
    {
      lxc_containers: "[101, 102]",
      horiz_cpu_upper_threshold: "90",
      horiz_cpu_lower_threshold: "30",
      horiz_memory_upper_threshold: "90",
      horiz_memory_lower_threshold: "30",
      min_instances: "2",
      min_containers: "2",
      max_instances: "4",
      starting_clone_id: "300",
      clone_network_type: "dhcp",
      static_ip_range: "[10.0.0.1]",
      scale_out_grace_period: "60",
      scale_in_grace_period: "60",
      group_tag: "horiz_scaling_group_1",
    },
  ],
  [
    "proxmox",
    (line) => `proxmox: { ${line} }\nglobal: {}\n`,
    {
      host: "pve",
      port: "8007",
      user: "u@pve",
      password: "'${P}'",
      token_name: "n",
      token_value: "'${V}'",
      verify_ssl: "false",
      timeout: "5",
    },
  ],
  [
    "global",
    (line) => `proxmox: {}\nglobal: { ${line} }\n`,
    {
      monitoring_interval: "90",
      log_level: "DEBUG",
      log_file: "/l",
      pid_file: "/p",
      enable_notifications: "true",
      notification_webhook: "https://h.example",
      dry_run: "true",
    },
  ],
  [
    "safety",
    (line) => `proxmox: {}\nglobal: {}\nsafety: { ${line} }\n`,
    {
      max_concurrent_operations: "5",
      max_cpu_usage_threshold: "80",
      max_memory_usage_threshold: "80",
      emergency_scale_down_threshold: "97",
      resource_check_interval: "10",
      enable_host_protection: "false",
    },
  ],
  [
    "default_thresholds",
    (line) => `default_thresholds: { ${line} }\n`,
    { cpu_scale_up: "70", cpu_scale_down: "10", memory_scale_up: "70", memory_scale_down: "10" },
  ],
  [
    "default_limits",
    (line) => `default_limits: { ${line} }\n`,
    {
      min_cpu_cores: "2",
      max_cpu_cores: "4",
      min_memory_mb: "1024",
      max_memory_mb: "4096",
      cpu_step: "2",
      memory_step_mb: "512",
    },
  ],
  [
    "containers[0]",
    (line) => `proxmox: {}\ncontainers:\n  - vmid: 101\n    ${line}\n`,
    {
      enabled: "false",
      thresholds: "{ cpu_scale_up: 70 }",
      limits: "{ max_cpu_cores: 4 }",
      cooldown_seconds: "120",
      evaluation_periods: "2",
    },
  ],
  [
    "services.web",
    (line) => `servers: []\nservices:\n  web:\n    ${line}\n`,
    {
      image: "nginx",
      port: "80",
      min_replicas: "2",
      max_replicas: "4",
      scale_up_threshold: "60",
      scale_down_threshold: "10",
      cooldown_period: "90",
      business_hours_only: "true",
      volumes: "[a:b]",
      environment: "{ A: b }",
    },
  ],
  [
    "scaling",
    (line) => `scaling: { ${line}, min_ram_mb: 512 }\n`,
    {
      total_cores: "4",
      total_ram_mb: "8192",
      target_cpu_load_percent: "40",
      max_cpu_cores: "6",
      min_cpu_cores: "1",
      max_ram_mb: "4096",
      cpu_scale_up_threshold: "80",
      cpu_scale_down_threshold: "20",
      ram_scale_up_threshold: "80",
      ram_scale_down_threshold: "20",
      cpu_scale_step: "2",
      ram_scale_step_mb: "256",
      ram_chunk_size: "64",
      ram_upper_limit: "512",
      dry_run: "true",
    },
  ],
];

describe.each(documented)("of %s the key", (section, wrap, keys) => {
  it.each(Object.entries(keys))("%s: %s is a known one, and the file says what became of it", (key, value) => {
    const { keys: fates, notes, text } = migrated(wrap(`${key}: ${value}`));
    const own = fates.filter(({ key: path }) => path === `${section}.${key}` || path.startsWith(`${section}.${key}.`));
    expect(own).not.toEqual([]);
    for (const { key: path, fate, to } of own) {
      expect(
        notes.filter(
          (note) =>
            note.key === path && /is no key of the older format|could not be carried over\.$/u.test(note.message),
        ),
      ).toEqual([]);
      if (fate === "idle" || fate === "left-out") expect(text).toContain(`# ${path}:`);
      else if (key !== "min_cores") expect(to.length + Number(text.includes(value))).toBeGreaterThan(0);
    }
  });
});

describe("a key that no earlier program knew", () => {
  it("is a warning with the key that was meant, and stays as a comment", () => {
    const { notes, text } = migrated("DEFAULT:\n  cpu_uper_threshold: 70\n");
    expect(notes).toContainEqual(
      expect.objectContaining({
        line: 2,
        column: 3,
        severity: "warning",
        code: "not-carried",
        key: "DEFAULT.cpu_uper_threshold",
      }),
    );
    expect(notes.find(({ key }) => key === "DEFAULT.cpu_uper_threshold")?.message).toContain(
      "Did you mean `cpu_upper_threshold`?",
    );
    expect(text).toContain("# DEFAULT.cpu_uper_threshold: 70");
  });

  it("is a warning at any depth, also as a section of its own", () => {
    const { notes } = migrated(
      "DEFAULT: {}\nTIER_a: { lxc_containers: [101], colour: red }\nEXTRA: { deep: { er: [1] } }\n",
    );
    expect(notes.filter(({ severity }) => severity === "warning").map(({ key }) => key)).toEqual([
      "TIER_a.colour",
      "EXTRA",
    ]);
  });
});
