// Written by scripts/generate-types.js from schemas/autoscaler.schema.json. Change that, and run `npm run generate`.
import type {AddressRange} from "../addresses.js";
import type {DateRange} from "../dates.js";
import type {VmidRange} from "../vmid-range.js";

/** `2m` is 120. */
export type Seconds = number;
/** `8GiB` is 8192. */
export type Mebibytes = number;
/** `80%` is 0.8. */
export type Fraction = number;
/** `22:00` is 1320. */
export type MinutesAfterMidnight = number;
/** 1 is Monday, 7 is Sunday. */
export type Weekday = number;

/**
 * Somebody who is told.
 */
export type Notification = WebhookNotification | GotifyNotification | UptimeKumaNotification | EmailNotification;

/**
 * What the LXC autoscaler may do with the containers of a Proxmox VE cluster, version 1. Durations are written `30s`, `2m`, `1h30m` or `7d`; sizes of memory `512MiB` or `8GiB`; shares `80%`. Any value may be a reference: `${env:NAME}`, `${file:/path}` or `${NAME:-default}`.
 */
export interface AutoscalerFile {
  /**
   * The version of this format. Always 1.
   */
  readonly version: 1;
  /**
   * How often the loop observes and decides. Proxmox renews its figures every 10 seconds, so less brings nothing new.
   */
  readonly interval?: Seconds;
  /**
   * The time zone of all schedules, as an IANA name. Without it schedules are in UTC, and a warning says so.
   */
  readonly timezone?: string;
  /**
   * What `run` may do: `recommend` only says what it would change, `apply` changes it, `paused` only observes. The command `apply` asks even in `recommend`.
   */
  readonly mode?: "recommend" | "apply" | "paused";
  /**
   * Further files that are laid under this one, in this order; a path is relative to this file. What this file says itself wins.
   */
  readonly include?: readonly string[];
  readonly connection?: Connection;
  readonly defaults?: Defaults;
  /**
   * What holds for which containers. Every policy that matches a container counts, in the order of the file: a later one wins, key by key, over an earlier one and over `defaults`.
   */
  readonly policies?: readonly Policy[];
  readonly ignore?: Ignore;
  /**
   * Settings that hold at certain times only, laid over `defaults` and policies. A schedule alone makes no container managed.
   */
  readonly schedules?: readonly Schedule[];
  readonly holidays?: Holidays;
  readonly businessHours?: BusinessHours;
  /**
   * Horizontal groups: instances cloned from a template, more under load and fewer without.
   */
  readonly groups?: readonly Group[];
  readonly safety?: Safety;
  readonly history?: History;
  /**
   * Who is told what.
   */
  readonly notifications?: readonly Notification[];
  readonly metrics?: Metrics;
}
/**
 * Where Proxmox VE is and how to log in. Options of the command line and environment variables (`PROXMOX_URL`, `PROXMOX_TOKEN`, …) win over it.
 */
export interface Connection {
  /**
   * Address of a node: `https://host:8006`.
   */
  readonly url?: string;
  /**
   * Further nodes of the same cluster, tried in turn when the first is unreachable.
   */
  readonly alsoTry?: readonly string[];
  /**
   * An API token, `user@realm!name=secret`. Best a reference, so that the secret does not stand in this file.
   */
  readonly token?: string;
  /**
   * The SHA-256 of each node's certificate: one, or a list of which any may match. `pvenode cert info` shows it on the node.
   *
   * Items: A SHA-256 fingerprint: 32 pairs of hexadecimal digits, with colons or without.
   */
  readonly fingerprint?: readonly string[];
  /**
   * Path of a PEM file with the authority that signed the certificates, such as a copy of `/etc/pve/pve-root-ca.pem`.
   */
  readonly ca?: string;
  /**
   * Has no effect: certificates are always verified. Pin a self-signed one with `fingerprint`, or name its authority with `ca`.
   */
  readonly verifyTls?: boolean;
}
/**
 * What holds for every managed container, unless a policy or a schedule says otherwise. It makes a container managed only if it has a `match` of its own.
 */
export interface Defaults {
  readonly match?: Match;
  /**
   * A named set of settings for an application, laid directly under this layer: whatever is said here wins over it, key by key. docs/presets.md lists what each of them says.
   */
  readonly preset?:
    | "postgresql"
    | "mysql"
    | "mariadb"
    | "mongodb"
    | "redis"
    | "memcached"
    | "elasticsearch"
    | "opensearch"
    | "nginx"
    | "apache"
    | "caddy"
    | "haproxy"
    | "traefik"
    | "static-site"
    | "wordpress"
    | "nodejs"
    | "python-web"
    | "php-fpm"
    | "java"
    | "tomcat"
    | "rabbitmq"
    | "kafka"
    | "mosquitto"
    | "grafana"
    | "prometheus"
    | "influxdb"
    | "loki"
    | "uptime-kuma"
    | "home-assistant"
    | "pihole"
    | "adguard"
    | "unbound"
    | "plex"
    | "jellyfin"
    | "immich"
    | "nextcloud"
    | "paperless"
    | "vaultwarden"
    | "mail"
    | "gitea"
    | "gitlab"
    | "minio"
    | "samba"
    | "docker-host"
    | "jenkins"
    | "ci-runner"
    | "ollama"
    | "game-server"
    | "batch";
  /**
   * How eagerly sizes change. It gives `for`, the most of one decision, `cooldown` and `stabilisation` wherever no layer gives them.
   */
  readonly behaviour?: "conservative" | "normal" | "aggressive";
  readonly cpu?: Cpu;
  readonly memory?: Memory;
  readonly swap?: Swap;
  readonly rootfs?: Disk;
  readonly mountPoints?: MountPoints;
  readonly cooldown?: Cooldown;
  /**
   * Directions in which nothing is changed for now. What would be changed is still worked out and told.
   */
  readonly pause?: "none" | "up" | "down" | "both";
  /**
   * Who grows first when a node has too little room for all: higher first, then by vmid. It orders nothing else.
   */
  readonly priority?: number;
}
/**
 * Containers that are managed even where no policy mentions them. Without it `defaults` alone manage nothing.
 */
export interface Match {
  /**
   * Ids of containers (CT ids): single ones and ranges, both ends included.
   */
  readonly vmids?: readonly VmidRange[];
  /**
   * Names of containers; globs such as `web-*` are possible and need quotes when they begin with `*`.
   */
  readonly names?: readonly string[];
  /**
   * Tags of containers. One of them is enough.
   */
  readonly tags?: readonly string[];
  /**
   * Nodes on which the container runs at present.
   */
  readonly nodes?: readonly string[];
  /**
   * Resource pools the container belongs to.
   */
  readonly pools?: readonly string[];
}
/**
 * How CPU is sized. One strategy: thresholds (`scaleUp`, `scaleDown`), `target`, `percentile` or `fixed`; `boost` may go beside it. Percentages are of what the container can really use: the least of its cores, its cpulimit and the cores of its node.
 */
export interface Cpu {
  /**
   * What is changed: `cores` (whole cores the container sees) or `cpulimit` (CPU time, in fractions of a core).
   */
  readonly resource?: "cores" | "cpulimit";
  /**
   * The smallest size. Rounded up to a multiple of `step`.
   */
  readonly min?: number;
  /**
   * The largest size. Rounded down to a multiple of `step`. Without it only the node is a limit.
   */
  readonly max?: number;
  /**
   * The grain: every size is a multiple of it. 1 for cores, 0.1 for cpulimit unless set.
   */
  readonly step?: number;
  /**
   * The most of one decision. Without it there is none with `target`, `percentile` and `fixed`; with thresholds it counts for a direction that has no `maxStep` of its own.
   */
  readonly maxStep?: number;
  readonly scaleUp?: CpuUp;
  readonly scaleDown?: CpuDown;
  /**
   * Strategy: the usage to aim at. The size follows demand so that usage comes to it.
   */
  readonly target?: Fraction;
  /**
   * How far usage may be from `target` before anything changes, relative to it: 60% with 10% is 54% to 66%.
   */
  readonly tolerance?: Fraction;
  readonly percentile?: Percentile;
  /**
   * Strategy: always this size.
   */
  readonly fixed?: number;
  readonly boost?: Boost;
  readonly estimate?: Estimate;
  readonly stabilisation?: Stabilisation;
  readonly forecast?: Forecast;
  /**
   * Go down to `min`, as far as what is in use lets: for hours in which saving counts more than room to spare.
   */
  readonly atMinimum?: boolean;
  readonly cooldown?: Cooldown;
  /**
   * How a size above its bounds comes down: `gradual` follows falling usage, `immediate` cuts CPU at once. Memory always stays above what is in use.
   */
  readonly shrink?: "gradual" | "immediate";
  /**
   * Take charge of containers without a limit too (no `cores`, or cpulimit 0). They are left alone otherwise.
   */
  readonly manageUnlimited?: boolean;
}
/**
 * Threshold strategy, growth: when usage has been at or above `above` for all of `for`.
 */
export interface CpuUp {
  /**
   * Usage at or above which the container grows.
   */
  readonly above?: Fraction;
  /**
   * How long every sample must say so.
   */
  readonly for?: Seconds;
  /**
   * The least of one growth. The grain (`cpu.step`) unless set.
   */
  readonly step?: number;
  /**
   * The most of one growth. Unless set, that of the resource, or else the same as `step`.
   */
  readonly maxStep?: number;
  /**
   * Share of time in which something waits for CPU (pressure stall information, `some`). At or above it counts like `above`, where the kernel tells it. Not considered unless set.
   */
  readonly pressure?: Fraction;
}
/**
 * Threshold strategy, shrinking: when usage has been at or below `below` for all of `for`.
 */
export interface CpuDown {
  /**
   * Usage at or below which the container shrinks.
   */
  readonly below?: Fraction;
  /**
   * How long every sample must say so.
   */
  readonly for?: Seconds;
  /**
   * The least of one shrink. The grain (`cpu.step`) unless set.
   */
  readonly step?: number;
  /**
   * The most of one shrink. Unless set, that of the resource, or else the same as `step`.
   */
  readonly maxStep?: number;
}
/**
 * Strategy: the size that covers a percentile of the recorded usage, with a margin on top.
 */
export interface Percentile {
  /**
   * Which percentile of the recorded usage.
   */
  readonly of?: Fraction;
  /**
   * How much recorded time counts. Proxmox keeps a day by the minute and a month by the half-hour.
   */
  readonly over?: Seconds;
  /**
   * What is added on top of the percentile.
   */
  readonly margin?: Fraction;
  /**
   * After this time a sample counts half as much, so that recent usage weighs more. All samples count alike unless set.
   */
  readonly halfLife?: Seconds;
}
/**
 * Beside any strategy: after several saturated readings in a row the size is multiplied at once, and goes back after a while.
 */
export interface Boost {
  /**
   * Usage at or above which a reading counts as saturated.
   */
  readonly above?: Fraction;
  /**
   * How many saturated readings in a row start a boost.
   */
  readonly samples?: number;
  /**
   * What the size is multiplied by.
   */
  readonly factor?: number;
  /**
   * What the size is multiplied by where the node is too full for `factor`.
   */
  readonly fallbackFactor?: number;
  /**
   * How long a boost lasts. Then the size goes back to the smaller of its size before and now, but never below what is in use.
   */
  readonly duration?: Seconds;
}
/**
 * Which usage `target` sizes by: the newest reading, or one worked out from those of a while.
 */
export interface Estimate {
  /**
   * What is taken of the readings.
   */
  readonly of?: "last" | "mean" | "p50" | "p90" | "p95" | "p99";
  /**
   * How far back readings count.
   */
  readonly over?: Seconds;
  /**
   * Leave out readings far from the others: more than three times the median absolute deviation away from the median.
   */
  readonly ignoreSpikes?: boolean;
}
/**
 * The size that would have been right at each time of a window is considered, and the safest taken: growth goes to the smallest of them, shrinking to the largest.
 */
export interface Stabilisation {
  /**
   * The window before a growth. `0s` is none.
   */
  readonly up?: Seconds;
  /**
   * The window before a shrink. `0s` is none.
   */
  readonly down?: Seconds;
}
/**
 * Grows ahead of time: when usage, going on as it does, would reach the size soon.
 */
export interface Forecast {
  /**
   * How soon usage would have to reach the size. `0s` turns the forecast off.
   */
  readonly within?: Seconds;
  /**
   * The time over which the trend is taken.
   */
  readonly over?: Seconds;
}
/**
 * How long a resource is left alone after a successful change, counted per container, resource and direction. A size changed by hand is left alone for the longer of the two.
 */
export interface Cooldown {
  /**
   * Time after a growth before the next one.
   */
  readonly up?: Seconds;
  /**
   * Time after a shrink before the next one.
   */
  readonly down?: Seconds;
}
/**
 * How memory is sized. One strategy: thresholds (`scaleUp`, `scaleDown`), `target`, `percentile` or `fixed`; `boost` may go beside it. Percentages are of the container's limit, without page cache.
 */
export interface Memory {
  /**
   * The smallest size. Rounded up to a multiple of `step`.
   */
  readonly min?: Mebibytes;
  /**
   * The largest size. Rounded down to a multiple of `step`. Without it only the node is a limit.
   */
  readonly max?: Mebibytes;
  /**
   * The grain: every size is a multiple of it.
   */
  readonly step?: Mebibytes;
  /**
   * The most of one decision. Without it there is none with `target`, `percentile` and `fixed`; with thresholds it counts for a direction that has no `maxStep` of its own.
   */
  readonly maxStep?: Mebibytes;
  readonly scaleUp?: MemoryUp;
  readonly scaleDown?: MemoryDown;
  /**
   * Strategy: the usage to aim at. The size follows demand so that usage comes to it.
   */
  readonly target?: Fraction;
  /**
   * How far usage may be from `target` before anything changes, relative to it: 60% with 10% is 54% to 66%.
   */
  readonly tolerance?: Fraction;
  readonly percentile?: Percentile;
  /**
   * Strategy: always this size, but never below what is in use.
   */
  readonly fixed?: Mebibytes;
  /**
   * What must stay free above the memory in use, as a share of it. No shrink goes below in use + headroom.
   */
  readonly headroom?: Fraction;
  readonly boost?: Boost;
  readonly estimate?: Estimate;
  readonly stabilisation?: Stabilisation;
  readonly forecast?: Forecast;
  /**
   * Go down to `min`, as far as what is in use lets: for hours in which saving counts more than room to spare.
   */
  readonly atMinimum?: boolean;
  readonly cooldown?: Cooldown;
  /**
   * How a size above its bounds comes down: `gradual` follows falling usage, `immediate` cuts CPU at once. Memory always stays above what is in use.
   */
  readonly shrink?: "gradual" | "immediate";
}
/**
 * Threshold strategy, growth: when usage has been at or above `above` for all of `for`.
 */
export interface MemoryUp {
  /**
   * Usage at or above which the container grows.
   */
  readonly above?: Fraction;
  /**
   * How long every sample must say so.
   */
  readonly for?: Seconds;
  /**
   * The least of one growth. The grain (`memory.step`) unless set.
   */
  readonly step?: Mebibytes;
  /**
   * The most of one growth. Unless set, that of the resource, or else the same as `step`.
   */
  readonly maxStep?: Mebibytes;
  /**
   * Share of time in which something waits for memory (pressure stall information, `some`). At or above it counts like `above`, where the kernel tells it. Not considered unless set.
   */
  readonly pressure?: Fraction;
}
/**
 * Threshold strategy, shrinking: when usage has been at or below `below` for all of `for`.
 */
export interface MemoryDown {
  /**
   * Usage at or below which the container shrinks.
   */
  readonly below?: Fraction;
  /**
   * How long every sample must say so.
   */
  readonly for?: Seconds;
  /**
   * The least of one shrink. The grain (`memory.step`) unless set.
   */
  readonly step?: Mebibytes;
  /**
   * The most of one shrink. Unless set, that of the resource, or else the same as `step`.
   */
  readonly maxStep?: Mebibytes;
}
/**
 * Swap follows memory: a share of its size.
 */
export interface Swap {
  /**
   * Swap as a share of the size of memory.
   */
  readonly ofMemory?: Fraction;
  /**
   * The least swap.
   */
  readonly min?: Mebibytes;
  /**
   * The most swap. No limit unless set.
   */
  readonly max?: Mebibytes;
}
/**
 * How a volume grows. A volume never shrinks, and its storage must have the room.
 */
export interface Disk {
  /**
   * When the volume grows: when its use has been at or above `above` for all of `for`.
   */
  readonly scaleUp?: {
    /**
     * Use of the volume at or above which it grows.
     */
    readonly above?: Fraction;
    /**
     * How long every sample must say so.
     */
    readonly for?: Seconds;
    /**
     * The least of one growth.
     */
    readonly step?: Mebibytes;
    /**
     * The most of one growth. The same as `step` unless set.
     */
    readonly maxStep?: Mebibytes;
  };
  /**
   * The largest size. Without it only the storage is a limit.
   */
  readonly max?: Mebibytes;
  /**
   * The grain: every size grown to is a multiple of it.
   */
  readonly step?: Mebibytes;
  readonly forecast?: Forecast;
  /**
   * How long a volume is left alone after it has grown.
   */
  readonly cooldown?: {
    /**
     * Time after a growth before the next one. That of the layer unless set.
     */
    readonly up?: Seconds;
  };
}
/**
 * How mount points grow, by their keys in Proxmox: `mp0`, `mp1` and so on.
 */
export interface MountPoints {
  readonly [k: string]: Disk;
}
/**
 * Settings for the containers that match.
 */
export interface Policy {
  /**
   * The name by which plans and reports call this policy. Without one it is called by its place: `policies[2]`.
   */
  readonly name?: string;
  readonly match: Match1;
  /**
   * A named set of settings for an application, laid directly under this layer: whatever is said here wins over it, key by key. docs/presets.md lists what each of them says.
   */
  readonly preset?:
    | "postgresql"
    | "mysql"
    | "mariadb"
    | "mongodb"
    | "redis"
    | "memcached"
    | "elasticsearch"
    | "opensearch"
    | "nginx"
    | "apache"
    | "caddy"
    | "haproxy"
    | "traefik"
    | "static-site"
    | "wordpress"
    | "nodejs"
    | "python-web"
    | "php-fpm"
    | "java"
    | "tomcat"
    | "rabbitmq"
    | "kafka"
    | "mosquitto"
    | "grafana"
    | "prometheus"
    | "influxdb"
    | "loki"
    | "uptime-kuma"
    | "home-assistant"
    | "pihole"
    | "adguard"
    | "unbound"
    | "plex"
    | "jellyfin"
    | "immich"
    | "nextcloud"
    | "paperless"
    | "vaultwarden"
    | "mail"
    | "gitea"
    | "gitlab"
    | "minio"
    | "samba"
    | "docker-host"
    | "jenkins"
    | "ci-runner"
    | "ollama"
    | "game-server"
    | "batch";
  /**
   * How eagerly sizes change. It gives `for`, the most of one decision, `cooldown` and `stabilisation` wherever no layer gives them.
   */
  readonly behaviour?: "conservative" | "normal" | "aggressive";
  readonly cpu?: Cpu;
  readonly memory?: Memory;
  readonly swap?: Swap;
  readonly rootfs?: Disk;
  readonly mountPoints?: MountPoints;
  readonly cooldown?: Cooldown;
  /**
   * Directions in which nothing is changed for now. What would be changed is still worked out and told.
   */
  readonly pause?: "none" | "up" | "down" | "both";
  /**
   * Who grows first when a node has too little room for all: higher first, then by vmid. It orders nothing else.
   */
  readonly priority?: number;
}
/**
 * Which containers are meant. All keys must hold, and of a key's entries any. Names, tags, nodes and pools may be globs (`web-*`); case does not matter.
 */
export interface Match1 {
  /**
   * Ids of containers (CT ids): single ones and ranges, both ends included.
   */
  readonly vmids?: readonly VmidRange[];
  /**
   * Names of containers; globs such as `web-*` are possible and need quotes when they begin with `*`.
   */
  readonly names?: readonly string[];
  /**
   * Tags of containers. One of them is enough.
   */
  readonly tags?: readonly string[];
  /**
   * Nodes on which the container runs at present.
   */
  readonly nodes?: readonly string[];
  /**
   * Resource pools the container belongs to.
   */
  readonly pools?: readonly string[];
}
/**
 * Containers that are left alone, whatever else this file says. Any key suffices.
 */
export interface Ignore {
  /**
   * Ids of containers (CT ids): single ones and ranges, both ends included.
   */
  readonly vmids?: readonly VmidRange[];
  /**
   * Names of containers to leave alone; globs are possible.
   */
  readonly names?: readonly string[];
  /**
   * Tags that keep a container from being scaled.
   */
  readonly tags?: readonly string[];
  /**
   * Nodes whose containers are left alone.
   */
  readonly nodes?: readonly string[];
  /**
   * Resource pools whose containers are left alone.
   */
  readonly pools?: readonly string[];
}
/**
 * Settings for the containers that match, at certain times only.
 */
export interface Schedule {
  /**
   * The name by which plans and reports call this schedule. Without one it is called by its place: `schedules[0]`.
   */
  readonly name?: string;
  readonly match: Match1;
  readonly when: When;
  /**
   * How eagerly sizes change. It gives `for`, the most of one decision, `cooldown` and `stabilisation` wherever no layer gives them.
   */
  readonly behaviour?: "conservative" | "normal" | "aggressive";
  readonly cpu?: Cpu;
  readonly memory?: Memory;
  readonly swap?: Swap;
  readonly rootfs?: Disk;
  readonly mountPoints?: MountPoints;
  readonly cooldown?: Cooldown;
  /**
   * Directions in which nothing is changed for now. What would be changed is still worked out and told.
   */
  readonly pause?: "none" | "up" | "down" | "both";
  /**
   * Who grows first when a node has too little room for all: higher first, then by vmid. It orders nothing else.
   */
  readonly priority?: number;
}
/**
 * When the schedule is in force, in the file's `timezone`: at what all of its keys allow. `from` is inside, `to` outside; a `to` not after `from` is on the next day. Without them whole days are meant.
 */
export interface When {
  /**
   * Days on which it starts: `mon` to `sun`, single ones and ranges. `fri` with 22:00 to 06:00 ends on Saturday. Every day unless set.
   */
  readonly days?: readonly (readonly Weekday[])[];
  /**
   * The wall-clock time at which it comes into force. A time that is skipped when clocks go forward counts as the first instant after it, one that comes twice as its first.
   */
  readonly from?: MinutesAfterMidnight;
  /**
   * The wall-clock time at which it ends; `24:00` is midnight.
   */
  readonly to?: MinutesAfterMidnight;
  /**
   * Dates on which it starts: single ones, ranges (`2026-12-24..2027-01-02`), and those of every year (`12-24`).
   */
  readonly dates?: readonly DateRange[];
  /**
   * Whether it starts on the days listed in `holidays` of the file. They make no difference unless set.
   */
  readonly holidays?: "only" | "skip";
  /**
   * In force only within `businessHours` of the file.
   */
  readonly during?: "business-hours";
  /**
   * In force only outside of `businessHours` of the file.
   */
  readonly outside?: "business-hours";
}
/**
 * Days that schedules may leave out or mean (`when.holidays`), and that have no business hours.
 */
export interface Holidays {
  /**
   * Dates: single ones, ranges (`2026-12-24..2027-01-02`), and those of every year (`12-24`).
   */
  readonly dates?: readonly DateRange[];
  /**
   * A calendar file (iCalendar, `.ics`), relative to this file: every day on which one of its events is counts as a holiday.
   */
  readonly file?: string;
}
/**
 * What `during: business-hours` and `outside: business-hours` of schedules mean, in the file's `timezone`. Holidays have none.
 */
export interface BusinessHours {
  /**
   * Days with business hours: `mon` to `sun`, single ones and ranges.
   */
  readonly days?: readonly (readonly Weekday[])[];
  /**
   * The wall-clock time at which business begins.
   */
  readonly from?: MinutesAfterMidnight;
  /**
   * The wall-clock time at which business ends. Not after `from`: on the next day.
   */
  readonly to?: MinutesAfterMidnight;
}
/**
 * A horizontal group: instances cloned from a template.
 */
export interface Group {
  /**
   * The name of the group. Without one it is called by its place: `groups[0]`.
   */
  readonly name?: string;
  /**
   * What instances are cloned from.
   */
  readonly template: {
    /**
     * The CT id of the template, or of the container that is cloned.
     */
    readonly vmid: number;
    /**
     * The snapshot to clone from. The present state unless set.
     */
    readonly snapshot?: string;
    /**
     * `linked` clones share the template's storage, `full` ones copy it.
     */
    readonly clone?: "linked" | "full";
  };
  /**
   * How many instances there may be.
   */
  readonly instances: {
    /**
     * The least number of instances.
     */
    readonly min: number;
    /**
     * The largest number of instances.
     */
    readonly max: number;
  };
  /**
   * How instances get their addresses.
   */
  readonly network?: {
    /**
     * `dhcp` asks the network, `static` takes addresses from `pool`.
     */
    readonly mode?: "dhcp" | "static";
    /**
     * Addresses for `mode: static`, each `first-last/prefix` or `address/prefix`.
     */
    readonly pool?: readonly AddressRange[];
    /**
     * The default gateway of static addresses.
     */
    readonly gateway?: string;
    /**
     * The bridge of the node that instances are attached to.
     */
    readonly bridge?: string;
  };
  /**
   * When instances are added: as soon as the mean usage of one of the resources has been at or above its threshold for all of `for`.
   */
  readonly scaleOut?: {
    /**
     * Mean CPU usage at or above which an instance is added.
     */
    readonly cpu?: Fraction;
    /**
     * Mean memory usage at or above which an instance is added.
     */
    readonly memory?: Fraction;
    /**
     * How long every sample must say so.
     */
    readonly for?: Seconds;
    /**
     * Time after adding instances before more are added.
     */
    readonly cooldown?: Seconds;
  };
  /**
   * When instances are taken away: as soon as the mean usage of all named resources has been at or below their thresholds for all of `for`.
   */
  readonly scaleIn?: {
    /**
     * Mean CPU usage at or below which an instance is taken away.
     */
    readonly cpu?: Fraction;
    /**
     * Mean memory usage at or below which an instance is taken away.
     */
    readonly memory?: Fraction;
    /**
     * How long every sample must say so.
     */
    readonly for?: Seconds;
    /**
     * Time after taking instances away before more go.
     */
    readonly cooldown?: Seconds;
    /**
     * What happens to an instance that is no longer needed.
     */
    readonly action?: "stop" | "destroy";
  };
  /**
   * How an instance is found healthy.
   */
  readonly health?: {
    /**
     * Healthy is an answer of 200 to 399.
     */
    readonly http?: {
      /**
       * The port that is asked.
       */
      readonly port: number;
      /**
       * The path that is asked.
       */
      readonly path?: string;
    };
    /**
     * Healthy is a connection that opens.
     */
    readonly tcp?: {
      /**
       * The port that is opened.
       */
      readonly port: number;
    };
    /**
     * Time between two checks.
     */
    readonly interval?: Seconds;
    /**
     * Limit of one check.
     */
    readonly timeout?: Seconds;
    /**
     * Good checks in a row after which an instance is healthy.
     */
    readonly healthyAfter?: number;
    /**
     * Failed checks in a row after which an instance is unhealthy.
     */
    readonly unhealthyAfter?: number;
  };
  /**
   * Which nodes instances come to.
   */
  readonly placement?: {
    /**
     * `spread` over the nodes, or `pack` onto few.
     */
    readonly strategy?: "spread" | "pack";
    /**
     * The most instances of this group on one node. No limit unless set.
     */
    readonly maxPerNode?: number;
    /**
     * Nodes that may carry instances. All unless set.
     */
    readonly nodes?: readonly string[];
  };
  /**
   * What sends requests to the instances.
   */
  readonly loadBalancer?: {
    /**
     * An HAProxy whose backend is kept in step with the healthy instances.
     */
    readonly haproxy?: {
      /**
       * The name of the backend in HAProxy's configuration.
       */
      readonly backend: string;
      /**
       * The port of the instances.
       */
      readonly port: number;
    };
  };
}
/**
 * What holds for the whole cluster, whatever the policies want.
 */
export interface Safety {
  /**
   * What is kept free on every node, against what is really in use. It is shared by the growth of one cycle, in the order of `priority`.
   */
  readonly reserve?: {
    /**
     * Share of the node's cores to keep free.
     */
    readonly cpu?: Fraction;
    /**
     * Memory to keep free on every node.
     */
    readonly memory?: Mebibytes;
  };
  /**
   * Usage of a node over which nothing grows on it. Shrinking is never held back by it.
   */
  readonly nodeLimits?: {
    /**
     * CPU usage of the node over which nothing grows on it.
     */
    readonly cpu?: Fraction;
    /**
     * Memory usage of the node over which nothing grows on it.
     */
    readonly memory?: Fraction;
  };
  /**
   * The most changes of one cycle. The rest waits for the next.
   */
  readonly maxChangesPerCycle?: number;
  /**
   * The most changes at the same time.
   */
  readonly maxConcurrent?: number;
  /**
   * The most changes of one container within 24 hours. No limit unless set.
   */
  readonly maxChangesPerDay?: number;
  /**
   * When a node is in danger, containers of the lowest priority shrink to what they use. Nothing of it unless set.
   */
  readonly emergency?: {
    /**
     * Memory usage of a node at or above which it is in danger.
     */
    readonly memory?: Fraction;
  };
  /**
   * How two programs on one cluster notice each other: a line in the notes of a container says which of them may write. The other only recommends.
   */
  readonly lease?: {
    /**
     * The container whose notes carry the line. The managed one with the lowest CT id unless set.
     */
    readonly container?: number;
    /**
     * How long a lease lasts unless it is renewed.
     */
    readonly duration?: Seconds;
  };
  /**
   * Share of a storage that is kept free when a volume grows.
   */
  readonly storageReserve?: Fraction;
}
/**
 * Where the usage of the past comes from, and how long it is kept.
 */
export interface History {
  /**
   * Which records are read.
   */
  readonly source?: "auto" | "local" | "proxmox" | "prometheus";
  /**
   * How long our own records are kept.
   */
  readonly retention?: Seconds;
  /**
   * A Prometheus-compatible server with the figures of prometheus-pve-exporter, or ours.
   */
  readonly prometheus?: {
    /**
     * Address of the server.
     */
    readonly url: string;
    /**
     * A bearer token, where the server asks for one. Best a reference.
     */
    readonly token?: string;
    /**
     * Path of a PEM file with the authority that signed the server's certificate.
     */
    readonly ca?: string;
    /**
     * The value of the label `cluster`, where one server has the figures of several clusters.
     */
    readonly cluster?: string;
  };
}
/**
 * A JSON document is posted to a web address.
 */
export interface WebhookNotification {
  /**
   * `webhook`: a JSON document is posted to a web address.
   */
  readonly type: "webhook";
  /**
   * The address the document is posted to.
   */
  readonly url: string;
  /**
   * What is told. All of them unless set.
   */
  readonly events?: readonly ("scale" | "blocked" | "failure" | "recovery")[];
  /**
   * A key with which each document is signed (HMAC-SHA256).
   */
  readonly secret?: string;
}
/**
 * A message on a Gotify server.
 */
export interface GotifyNotification {
  /**
   * `gotify`: a message on a Gotify server.
   */
  readonly type: "gotify";
  /**
   * The address of the Gotify server.
   */
  readonly url: string;
  /**
   * The token of the Gotify application.
   */
  readonly token: string;
  /**
   * What is told. All of them unless set.
   */
  readonly events?: readonly ("scale" | "blocked" | "failure" | "recovery")[];
}
/**
 * A push monitor of Uptime Kuma is kept alive.
 */
export interface UptimeKumaNotification {
  /**
   * `uptime-kuma`: a push monitor of Uptime Kuma is kept alive.
   */
  readonly type: "uptime-kuma";
  /**
   * The push address of the monitor.
   */
  readonly url: string;
  /**
   * What is told. All of them unless set.
   */
  readonly events?: readonly ("scale" | "blocked" | "failure" | "recovery")[];
}
/**
 * An e-mail through an SMTP server.
 */
export interface EmailNotification {
  /**
   * `email`: an e-mail through an SMTP server.
   */
  readonly type: "email";
  /**
   * The SMTP server.
   */
  readonly server: string;
  /**
   * Its port; TLS is always used.
   */
  readonly port?: number;
  /**
   * The name to log in with.
   */
  readonly username?: string;
  /**
   * The password to log in with.
   */
  readonly password?: string;
  /**
   * The sender.
   */
  readonly from: string;
  /**
   * The recipients.
   */
  readonly to: readonly string[];
  /**
   * What is told. All of them unless set.
   */
  readonly events?: readonly ("scale" | "blocked" | "failure" | "recovery")[];
}
/**
 * Figures for Prometheus.
 */
export interface Metrics {
  /**
   * Address and port on which `/metrics` is served.
   */
  readonly listen: string;
}
