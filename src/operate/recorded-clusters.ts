import { readdir } from "node:fs/promises";
import { recordsFolder, type RecordsLocation } from "./records.js";

/** A cluster that there are records of. */
export interface RecordedCluster {
  readonly cluster: string;
  readonly location: RecordsLocation;
}

/**
 * The clusters that there are records of in a folder, by name; of one endpoint alone where that is known. Nothing where
 * there is no such folder. Names so long that their folder has only a digest of them are not among them.
 */
export async function recordedClusters(
  directory: string,
  endpoint: string | null,
): Promise<readonly RecordedCluster[]> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch {
    return [];
  }
  return [...names].sort().flatMap((name) => {
    const [cluster, host, ...more] = name.split("@");
    if (cluster === undefined || host === undefined || more.length > 0) return [];
    try {
      const found = {
        cluster: decodeURIComponent(cluster),
        location: { directory, endpoint: decodeURIComponent(host) },
      };
      const wanted = endpoint === null ? found.location : { directory, endpoint };
      return recordsFolder(wanted, found.cluster) === recordsFolder(found.location, found.cluster) ? [found] : [];
    } catch {
      // Not a folder of ours.
      return [];
    }
  });
}
