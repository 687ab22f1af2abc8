import type { ConfigurationValues, Container, ContainerConfiguration, Snapshots, Volume } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import { sizeWords } from "../scaling/decision-row.js";
import { interfacesOf } from "./network.js";
import { percent, share, usageOf } from "./figures.js";

/** A line about a container: `Cores` `2 of time 1.5`. */
export interface DetailRow {
  /** Names it below its container, and keeps doing so. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  /** A codicon. */
  readonly icon: string;
  /** More of it, for a hover. */
  readonly more?: string;
  /** For the `when` of menus, where it has verbs of its own. */
  readonly context?: string;
}

/** The snapshots of a container, the newest first: what is looked for is the last good state. */
export function snapshotRows({ snapshots, currentParent }: Snapshots): readonly DetailRow[] {
  return snapshots.toReversed().map(({ name, description, takenAt, parent }) => ({
    key: `snapshot:${name}`,
    label: name,
    description: [
      ...(takenAt === null ? [] : [new Date(takenAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })]),
      ...(description === null ? [] : [description.split("\n", 1)[0] ?? ""]),
    ].join(" · "),
    icon: name === currentParent ? "git-commit" : "circle-outline",
    more: [
      ...(name === currentParent ? [l10n.t("What the container is now began here.")] : []),
      ...(parent === null ? [] : [l10n.t("Taken after {0}.", parent)]),
      ...(description === null ? [] : [description]),
    ].join("\n\n"),
    context: "snapshot",
  }));
}

/** What a container's configuration file says of it, and what of that is in use; read when somebody opens the row. */
export function detailRows(container: Container, configuration: ContainerConfiguration): readonly DetailRow[] {
  const { cores, cpulimit, memory, swap, volumes, pending = [] } = configuration;
  return [
    {
      key: "cpu",
      label: l10n.t("CPU"),
      description: [
        cores === null ? l10n.t("every core of its node") : cores === 1 ? l10n.t("1 core") : l10n.t("{0} cores", cores),
        ...(cpulimit === null ? [] : [l10n.t("limited to {0}", sizeWords(cpulimit, "cores"))]),
      ].join(" · "),
      icon: "chip",
    },
    {
      key: "memory",
      label: l10n.t("Memory"),
      description: [
        sizeWords(memory, "MiB"),
        ...(swap === 0 ? [] : [l10n.t("{0} of swap", sizeWords(swap, "MiB"))]),
      ].join(" · "),
      icon: "circuit-board",
    },
    ...volumes.map((volume): DetailRow => volumeRow(volume, container)),
    {
      key: "kind",
      label: configuration.unprivileged ? l10n.t("Unprivileged") : l10n.t("Privileged"),
      description: configuration.protection ? l10n.t("protected against removal") : "",
      icon: configuration.unprivileged ? "shield" : "unlock",
    },
    ...(pending.length === 0
      ? []
      : [
          {
            key: "pending",
            label: l10n.t("After its next restart"),
            description: l10n.t("new values of {0}", pending.join(", ")),
            icon: "history",
          },
        ]),
  ];
}

/** The network interfaces of a configuration. */
export function networkRows(values: ConfigurationValues): readonly DetailRow[] {
  return interfacesOf(values).map(({ key, name, bridge, vlan, addresses }) => ({
    key,
    label: l10n.t("Network {0}", name),
    description: [
      ...addresses,
      ...(bridge === null ? [] : [bridge]),
      ...(vlan === null ? [] : [l10n.t("VLAN {0}", vlan)]),
    ].join(" · "),
    icon: "globe",
  }));
}

function volumeRow({ volume, storage, size, readOnly }: Volume, container: Container): DetailRow {
  const used =
    volume === "rootfs" && container.status === "running" && !container.stale
      ? share(container.disk, container.diskLimit)
      : null;
  return {
    key: volume,
    label: volume === "rootfs" ? l10n.t("Root file system") : l10n.t("Mount point {0}", volume.slice(2)),
    description: [
      ...(used === null
        ? size === null
          ? []
          : [sizeWords(size, "GiB")]
        : [`${percent(used)} · ${usageOf(container.disk, container.diskLimit)}`]),
      storage === null ? l10n.t("a folder or device of the node") : storage,
      ...(readOnly ? [l10n.t("read-only")] : []),
    ].join(" · "),
    icon: "database",
  };
}
