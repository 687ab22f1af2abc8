import type { Snapshot, Snapshots } from "../../../model/index.js";
import type { SnapshotPort } from "../../ports/snapshots.js";
import { configurationValuesOf, withoutEnd } from "../configuration-values.js";
import { amountOf, flagOf, recordOf, textOf } from "../numbers.js";
import { guestPath, pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";

/** The {@link SnapshotPort} over the API. */
export function snapshotsOver(requests: Requests): SnapshotPort {
  return {
    async possible(container, options = {}) {
      const attempted = `ask whether ${container.vmid} can have snapshots`;
      const answer = await requests.get(attempted, `${guestPath(container)}/feature`, { feature: "snapshot" }, options);
      return flagOf(recordOf(answer)["hasFeature"]);
    },

    async list(container, options = {}) {
      const attempted = `read the snapshots of ${container.vmid}`;
      return snapshotsOf(
        listOf(await requests.get(attempted, `${guestPath(container)}/snapshot`, {}, options), attempted),
      );
    },

    create(container, { name, description }, options = {}) {
      const attempted = `take the snapshot ${name} of ${container.vmid}`;
      return requests.write(container, async () =>
        requests.upidOf(
          await requests.post(
            attempted,
            `${guestPath(container)}/snapshot`,
            { snapname: name, description: description === "" ? undefined : description },
            options,
          ),
          attempted,
        ),
      );
    },

    rollBack(container, name, { start, ...options } = {}) {
      const attempted = `roll ${container.vmid} back to the snapshot ${name}`;
      const path = `${guestPath(container)}${pathOf`/snapshot/${name}/rollback`}`;
      return requests.write(container, async () =>
        requests.upidOf(await requests.post(attempted, path, { start }, options), attempted),
      );
    },

    remove(container, name, { force, ...options } = {}) {
      const attempted = `delete the snapshot ${name} of ${container.vmid}`;
      const path = `${guestPath(container)}${pathOf`/snapshot/${name}`}`;
      return requests.write(container, async () =>
        requests.upidOf(await requests.delete(attempted, path, { force }, options), attempted),
      );
    },

    async describe(container, name, description, options = {}) {
      const attempted = `describe the snapshot ${name} of ${container.vmid}`;
      const path = `${guestPath(container)}${pathOf`/snapshot/${name}/config`}`;
      await requests.write(container, () => requests.put(attempted, path, { description }, options));
    },

    async configuration(container, name, options = {}) {
      const attempted = `read the snapshot ${name} of ${container.vmid}`;
      const path = `${guestPath(container)}${pathOf`/snapshot/${name}/config`}`;
      return configurationValuesOf(await requests.get(attempted, path, {}, options));
    },
  };
}

/** Reads `GET …/snapshot`: a row for each, and one named `current` for the present. */
function snapshotsOf(rows: readonly Readonly<Record<string, unknown>>[]): Snapshots {
  const present = rows.find(({ name }) => name === "current") ?? {};
  const snapshots = rows.flatMap((row): Snapshot[] => {
    const name = textOf(row["name"]);
    if (name === null || name === "current") return [];
    const seconds = amountOf(row["snaptime"]);
    return [
      {
        name,
        description: textOf(withoutEnd(textOf(row["description"]) ?? "")),
        takenAt: seconds === null || seconds === 0 ? null : seconds * 1000,
        parent: textOf(row["parent"]),
      },
    ];
  });
  return {
    snapshots: snapshots.sort((a, b) => (a.takenAt ?? 0) - (b.takenAt ?? 0) || (a.name < b.name ? -1 : 1)),
    currentParent: textOf(present["parent"]),
    running: flagOf(present["running"]),
    digest: textOf(present["digest"]) ?? "",
  };
}
