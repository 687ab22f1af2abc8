import type { StoragePort } from "../../ports/storages.js";
import { pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";
import { newestFirst, storageDetailsOf, storageIn, storedVolumeOf } from "./stored-volumes.js";

/** The {@link StoragePort} over the API. */
export function storagesOver(requests: Requests): StoragePort {
  return {
    async list(node, { content, target, ...options } = {}) {
      const attempted = `read the storages of ${node}`;
      const rows = await requests.get(attempted, pathOf`/nodes/${node}/storage`, { content, target }, options);
      return listOf(rows, attempted).flatMap((row) => storageDetailsOf(row, node));
    },

    async content(node, storage, { content, vmid, ...options } = {}) {
      const attempted = `read what is on ${storage} of ${node}`;
      const path = pathOf`/nodes/${node}/storage/${storage}/content`;
      const rows = listOf(await requests.get(attempted, path, { content, vmid }, options), attempted);
      return newestFirst(rows.flatMap((row) => storedVolumeOf(row, storage) ?? []));
    },

    async remove(node, volume, options = {}) {
      const attempted = `delete ${volume}`;
      const path = pathOf`/nodes/${node}/storage/${storageIn(volume)}/content/${volume}`;
      return requests.upidOf(await requests.delete(attempted, path, {}, options), attempted);
    },
  };
}
