import type { BackupDetails, ContainerRef } from "../../../model/index.js";
import { ProxmoxError } from "../../errors.js";
import type { RequestOptions } from "../../request-options.js";
import type { BackupPort, Restore } from "../../ports/backups.js";
import { parseConfigurationText } from "../configuration-values.js";
import { textOf } from "../numbers.js";
import { pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";
import { backupDetailsOf, backupOf, newestFirst, storageIn } from "./stored-volumes.js";

const compressions = { none: "0", lzo: "lzo", gzip: "gzip", zstd: "zstd" } as const;

/** The {@link BackupPort} over the API. */
export function backupsOver(requests: Requests): BackupPort {
  const volumePath = (node: string, volume: string) =>
    pathOf`/nodes/${node}/storage/${storageIn(volume)}/content/${volume}`;

  const read = async (
    node: string,
    backup: string,
    attempted: string,
    options: RequestOptions,
  ): Promise<BackupDetails> =>
    backupDetailsOf(await requests.get(attempted, volumePath(node, backup), {}, options), backup);

  const restore = (
    { node, vmid }: ContainerRef,
    { backup, storage, hostname, unique, start, pool, bandwidth }: Restore,
    force: boolean,
    options: RequestOptions,
  ): Promise<string> => {
    const attempted = `restore ${backup} ${force ? "over" : "as"} ${vmid}`;
    return requests.write({ vmid }, async () =>
      requests.upidOf(
        await requests.post(
          attempted,
          pathOf`/nodes/${node}/lxc`,
          {
            vmid,
            ostemplate: backup,
            restore: true,
            force: force ? true : undefined,
            storage,
            hostname,
            unique,
            start,
            pool,
            bwlimit: bandwidth,
          },
          options,
        ),
        attempted,
      ),
    );
  };

  return {
    create({ node, vmid }, { storage, mode, compression, notes, bandwidth, ...backup }, options = {}) {
      const attempted = `back ${vmid} up to ${storage}`;
      return requests.write({ vmid }, async () => {
        const answer = await requests.post(
          attempted,
          pathOf`/nodes/${node}/vzdump`,
          {
            vmid,
            storage,
            mode,
            compress: compression === undefined ? undefined : compressions[compression],
            "notes-template": notes === undefined ? undefined : escapedNotes(notes),
            protected: backup.protected,
            bwlimit: bandwidth,
          },
          options,
        );
        // For a container of another node Proxmox says OK and does nothing.
        if (answer === "OK") {
          throw new ProxmoxError(
            "not-found",
            `Could not ${attempted}: it is not on node ${node}: it was removed or has moved. Read the inventory again.`,
            { attempted, node },
          );
        }
        return requests.upidOf(answer, attempted);
      });
    },

    async list(node, storage, { vmid, ...options } = {}) {
      const attempted = `read the backups on ${storage} of ${node}`;
      const path = pathOf`/nodes/${node}/storage/${storage}/content`;
      const rows = listOf(await requests.get(attempted, path, { content: "backup", vmid }, options), attempted);
      return newestFirst(rows.flatMap((row) => backupOf(row, storage) ?? []));
    },

    read: (node, backup, options = {}) => read(node, backup, `read ${backup}`, options),

    async change(node, backup, change, options = {}) {
      const attempted = `change notes or protection of ${backup}`;
      await requests.put(attempted, volumePath(node, backup), { ...change }, options);
      return read(node, backup, `read back ${backup}`, options);
    },

    async configuration(node, backup, options = {}) {
      const attempted = `read the configuration in ${backup}`;
      const path = pathOf`/nodes/${node}/vzdump/extractconfig`;
      return parseConfigurationText(textOf(await requests.get(attempted, path, { volume: backup }, options)) ?? "");
    },

    restore: (container, from, options = {}) => restore(container, from, false, options),

    replace: (container, from, options = {}) => restore(container, from, true, options),

    async remove(node, backup, options = {}) {
      const attempted = `delete ${backup}`;
      return requests.upidOf(await requests.delete(attempted, volumePath(node, backup), {}, options), attempted);
    },
  };
}

/** A line break is written `\n` in a template for notes. */
function escapedNotes(notes: string): string {
  return notes.replaceAll("\\", "\\\\").replaceAll("\n", String.raw`\n`);
}
