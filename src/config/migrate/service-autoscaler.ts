import { isTimezone, meantTimezone } from "../timezones.js";
import { aboutSection } from "./layer.js";
import { emptySection, sectionsIn } from "./ledger.js";
import type { Ledger, Section } from "./ledger.js";
import { append, comment, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { groupName, instanceBounds, periods, put, thresholdPair } from "./horizontal-groups.js";
import type { Figure, Values } from "./values.js";
import { count, pathOf, percent, readValues, seconds, withDefaults } from "./values.js";

const port = { least: 1, most: 65_535, whole: true, noun: "a port" };

/** Translates the file of the service autoscaler (`servers`, `services`): Docker services become groups of containers. */
export function migrateServiceAutoscaler(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  const autoscaler = root.section("autoscaler") ?? emptySection(ledger);
  const field = autoscaler.take("check_interval");
  const interval = values.figure(field, 30, { least: 1, most: 3600, whole: true, noun: "a number of seconds" });
  set(file, "interval", seconds(interval), field?.comments ?? []);
  ledger.carried(interval.field, "interval");
  set(file, "mode", "recommend", [
    "The older program scaled at once. Look at what `groups status` says, then set `mode: apply`.",
  ]);
  writeBusinessHours(ledger, values, file, autoscaler);
  ledger.idle(autoscaler.take("log_level"), "How much is said is an option here: `--verbose`, `--quiet`.");
  everything(
    ledger,
    autoscaler,
    "backup",
    "Keep this file in version control; what was changed on the cluster is kept in the state folder.",
  );

  root.know("servers", "services", "load_balancer", "monitoring");
  for (const server of sectionsIn(ledger, root.take("servers"))) {
    for (const key of ["host", "name", "ssh_user", "ssh_port", "ssh_key", "max_containers", "role"]) {
      ledger.leftOut(
        server.take(key),
        key === "max_containers"
          ? "Instances are containers of Proxmox VE, spread over its nodes: the most of a group on one node is `placement: { maxPerNode: … }`."
          : "Instances are containers on the nodes of Proxmox VE, reached through its API: set PROXMOX_URL and PROXMOX_TOKEN.",
      );
    }
  }
  ledger.idle(
    root.section("servers") === null && sectionsIn(ledger, root.take("servers")).length === 0
      ? root.take("servers")
      : null,
    "It names no server.",
  );
  const services = root.section("services");
  comment(file, "groups", []);
  file.entries.delete("groups");
  for (const name of services?.keys() ?? []) {
    const service = services?.section(name) ?? null;
    const own = services?.take(name) ?? null;
    if (service !== null) writeService(ledger, values, file, name, service, { own, interval });
    else if (own !== null) ledger.mistake(own, "wrong-type", `Expected: settings; \`${name}\` has none.`);
  }
  everything(
    ledger,
    root,
    "load_balancer",
    "HAProxy's own settings stay in its configuration; a group says which backend is kept in step.",
  );
  writeMonitoring(ledger, values, file, root.section("monitoring"));
  return [
    "Docker services on servers became groups of containers of Proxmox VE. Make a template with each service and set the",
    "variables …_TEMPLATE to its CT id: until then the groups are not used.",
  ];
}

function writeBusinessHours(ledger: Ledger, values: Values, file: NewMap, autoscaler: Section): void {
  const hours = autoscaler.section("business_hours");
  if (hours === null) return;
  const zoneField = hours.take("timezone");
  const zone = values.text(zoneField);
  if (zone !== null && zoneField !== null) {
    const known = withDefaults(zone);
    if (known === null || isTimezone(known)) {
      set(file, "timezone", zone, zoneField.comments);
      ledger.carried(zoneField, "timezone");
    } else {
      const meant = meantTimezone(zone);
      ledger.mistake(
        zoneField,
        "unknown-timezone",
        `There is no time zone of that name.${meant === null ? "" : ` Did you mean \`${meant}\`?`}`,
        meant ?? undefined,
      );
    }
  }
  for (const [key, to] of [
    ["start", "from"],
    ["end", "to"],
  ] as const) {
    const field = hours.take(key);
    const text = values.text(field);
    if (text === null || field === null) continue;
    const [, hour = "", minute = ""] = /^(\d{1,2}):(\d{2})$/u.exec(text) ?? [];
    if (withDefaults(text) === null) set(file, `businessHours.${to}`, text, field.comments);
    else if (hour !== "" && Number(hour) < 24 && Number(minute) < 60)
      set(file, `businessHours.${to}`, `${hour.padStart(2, "0")}:${minute}`, field.comments);
    else {
      ledger.mistake(field, "wrong-type", "Expected: a time such as `09:00`.");
      continue;
    }
    ledger.carried(field, `businessHours.${to}`);
  }
  const block = file.entries.get("businessHours");
  if (block === undefined) return;
  const entries = (block.value as NewMap).entries;
  if (!entries.has("from")) set(file, "businessHours.from", "00:00");
  if (!entries.has("to")) set(file, "businessHours.to", "24:00");
  const message =
    "The last minute counted as inside; here `to` is outside. Weekends count, as they did: add `days: [mon-fri]` for working days.";
  const field = hours.take("end") ?? hours.take("start");
  if (field !== null) comment(file, "businessHours", [ledger.changed(field, "businessHours.to", message)]);
}

function everything(ledger: Ledger, parent: Section, key: string, message: string): void {
  const section = parent.section(key);
  if (section === null) {
    ledger.idle(parent.take(key), message);
    return;
  }
  for (const name of section.keys()) ledger.idle(section.take(name), message);
}

interface ServiceSurroundings {
  readonly own: ReturnType<Section["take"]>;
  readonly interval: Figure;
}

function writeService(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  name: string,
  service: Section,
  { own, interval }: ServiceSurroundings,
): void {
  const item = newMap();
  aboutSection(item, own);
  const path = `groups[${append(file, "groups", item)}]`;
  const called = groupName(file, name);
  set(item, "name", called);
  const variable = `${name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/gu, "_")
    .replace(/^(?=\d)|^$/u, "SERVICE_")}_TEMPLATE`;
  const image = service.take("image");
  ledger.variable({ name: variable, key: image?.path ?? service.path, fromClearText: false });
  set(item, "template.vmid", `\${env:${variable}}`, image?.comments ?? []);
  const message = `A Docker image can't be cloned: make a container with this service a template, and set ${variable} to its CT id.`;
  if (image !== null) {
    ledger.leftOut(image, message);
    comment(item, "template", [message]);
  }
  const [min, max] = instanceBounds(ledger, values, service.take("min_replicas"), service.take("max_replicas"), [1, 3]);
  put(ledger, item, path, "instances.min", count(min), min.field);
  put(ledger, item, path, "instances.max", count(max), max.field);
  const [up, low] = thresholdPair(
    ledger,
    values,
    service.take("scale_up_threshold"),
    service.take("scale_down_threshold"),
    [75, 25],
  );
  const cooldown = values.figure(service.take("cooldown_period"), 60, periods);
  put(ledger, item, path, "scaleOut.cpu", percent(up), up.field);
  set(item, "scaleOut.for", seconds(interval));
  put(ledger, item, path, "scaleOut.cooldown", seconds(cooldown), cooldown.field);
  put(ledger, item, path, "scaleIn.cpu", percent(low), low.field);
  set(item, "scaleIn.for", seconds(interval));
  put(ledger, item, path, "scaleIn.cooldown", seconds(cooldown), cooldown.field);
  set(item, "scaleIn.action", "destroy");
  if (cooldown.field !== null) {
    comment(item, "scaleIn", [
      ledger.changed(
        cooldown.field,
        `${path}.scaleIn.cooldown`,
        "One cooldown ran for both directions; here each direction has its own. Containers that were no longer needed were removed, as `destroy` does.",
      ),
    ]);
  }
  writeHealth(ledger, values, item, path, service, called);
  const hours = service.take("business_hours_only");
  if (hours !== null && values.truth(hours, true)) {
    if (!ledger.isSettled(hours))
      ledger.leftOut(hours, "Groups scale at all hours here; `businessHours` is for schedules.");
  } else if (hours !== null && !ledger.isSettled(hours)) ledger.carried(hours);
  for (const [key, what] of [
    ["volumes", "Mount points belong to the template."],
    ["environment", "The service's variables belong into the template."],
  ] as const) {
    const section = service.section(key);
    const field = service.take(key);
    if (section === null) ledger.leftOut(field, what);
    else for (const one of section.keys()) ledger.leftOut(section.take(one), what);
  }
}

function writeHealth(
  ledger: Ledger,
  values: Values,
  item: NewMap,
  path: string,
  service: Section,
  called: string,
): void {
  const portField = service.take("port");
  const servicePort = values.optionalFigure(portField, port);
  const health = service.section("health_check");
  const ownPort = health === null ? null : values.optionalFigure(health.take("port"), port);
  const asked = ownPort ?? servicePort;
  if (servicePort !== null) {
    set(item, "loadBalancer.haproxy.backend", `${called}_backend`);
    put(ledger, item, path, "loadBalancer.haproxy.port", count(servicePort), portField);
  }
  if (health === null) return;
  if (asked === null) {
    for (const key of health.keys())
      ledger.leftOut(health.take(key), "A check needs a port, and the service has none.");
    return;
  }
  put(ledger, item, path, "health.http.port", count(asked), ownPort?.field ?? null);
  const pathField = health.take("path");
  const asks = values.text(pathField);
  if (asks !== null) put(ledger, item, path, "health.http.path", pathOf(asks), pathField);
  const interval = values.figure(health.take("interval"), 10, {
    least: 1,
    most: 300,
    whole: true,
    noun: "a number of seconds",
  });
  put(ledger, item, path, "health.interval", seconds(interval), interval.field);
  const timeoutField = health.take("timeout");
  const timeout = values.figure(timeoutField, Math.min(5, interval.known), {
    least: 1,
    most: 60,
    whole: true,
    noun: "a number of seconds",
  });
  const within = timeout.known > interval.known ? interval : timeout;
  put(ledger, item, path, "health.timeout", seconds({ ...within, field: null }), null);
  if (timeout.field !== null && within !== timeout) {
    comment(item, "health", [
      ledger.changed(timeout.field, `${path}.health.timeout`, "A check can't take longer than the time between two."),
    ]);
  } else ledger.carried(timeout.field, `${path}.health.timeout`);
  // One failure took an instance away; `healthyAfter` had no counterpart.
  set(item, "health.healthyAfter", 1);
  set(item, "health.unhealthyAfter", 1, ["One failed check was enough, every ten seconds; 3 is more forgiving."]);
}

function writeMonitoring(ledger: Ledger, values: Values, file: NewMap, monitoring: Section | null): void {
  if (monitoring === null) return;
  const prometheus = monitoring.section("prometheus");
  if (prometheus !== null) {
    const enabled = prometheus.take("enabled");
    if (enabled !== null && values.truth(enabled, true)) {
      set(file, "metrics.listen", "127.0.0.1:9808", enabled.comments);
      ledger.carried(enabled, "metrics.listen");
    } else if (enabled !== null && !ledger.isSettled(enabled)) ledger.carried(enabled);
    for (const key of prometheus.keys()) {
      const field = prometheus.take(key);
      if (field !== null && !ledger.isSettled(field))
        ledger.idle(field, "Prometheus itself is not run by this program; it asks `metrics.listen`.");
    }
  }
  monitoring.know("prometheus");
  everything(ledger, monitoring, "grafana", "Grafana is not run by this program.");
  for (const key of monitoring.keys()) {
    if (key !== "prometheus" && key !== "grafana")
      everything(ledger, monitoring, key, "It is not run by this program.");
  }
}
