import type { ConfigurationDocument } from "../../../model/index.js";
import { ProxmoxError } from "../../errors.js";
import type { ConfigurationPort } from "../../ports/configurations.js";
import { withoutEnd } from "../configuration-values.js";
import { recordOf, textOf } from "../numbers.js";
import { requireDigest } from "../require-digest.js";
import { guestPath, type Requests } from "../requests.js";
import { listOf } from "../rows.js";

/** The {@link ConfigurationPort} over the API. */
export function configurationsOver(requests: Requests): ConfigurationPort {
  return {
    async read(container, options = {}) {
      const attempted = `read the configuration of ${container.vmid}`;
      const rows = listOf(await requests.get(attempted, `${guestPath(container)}/pending`, {}, options), attempted);
      const document = documentOf(rows);
      if (document.digest !== "") return document;
      const fields = recordOf(await requests.get(attempted, `${guestPath(container)}/config`, {}, options));
      return { ...document, digest: textOf(fields["digest"]) ?? "" };
    },

    async write(container, { set = {}, remove = [], revert = [] }, digest, options = {}) {
      const names = [...Object.keys(set), ...remove.map((name) => `-${name}`), ...revert.map((name) => `~${name}`)];
      const attempted = `change the configuration of ${container.vmid} (${names.join(", ")})`;
      requireDigest(digest, attempted);
      if (names.length === 0) {
        throw new ProxmoxError("invalid-parameter", `Could not ${attempted}: nothing is to be changed.`, { attempted });
      }
      await requests.write(container, () =>
        requests.put(
          attempted,
          `${guestPath(container)}/config`,
          {
            ...set,
            delete: remove.length === 0 ? undefined : remove.join(","),
            revert: revert.length === 0 ? undefined : revert.join(","),
            digest,
          },
          options,
        ),
      );
    },

    moveVolume(container, { volume, storage, deleteSource, digest, bandwidth }, options = {}) {
      const attempted = `move ${volume} of ${container.vmid} to ${storage}`;
      return requests.write(container, async () => {
        requireDigest(digest, attempted);
        const parameters = { volume, storage, delete: deleteSource, digest, bwlimit: bandwidth };
        return requests.upidOf(
          await requests.post(attempted, `${guestPath(container)}/move_volume`, parameters, options),
          attempted,
        );
      });
    },
  };
}

/** Reads `GET …/pending`: a row an option, with its value, the one that waits, or that it goes. */
function documentOf(rows: readonly Readonly<Record<string, unknown>>[]): ConfigurationDocument {
  const current: Record<string, string> = {};
  const pending: Record<string, string> = {};
  const pendingRemoval: string[] = [];
  let digest = "";
  for (const row of rows) {
    const key = textOf(row["key"]);
    if (key === null) continue;
    const value = valueOf(key, row["value"]);
    if (key === "digest") {
      digest = value ?? "";
      continue;
    }
    if (value !== null) current[key] = value;
    const waiting = valueOf(key, row["pending"]);
    if (waiting !== null) pending[key] = waiting;
    // 1, or 2 where it was asked for with force.
    if (Number(row["delete"] ?? 0) > 0) pendingRemoval.push(key);
  }
  return { current, pending, pendingRemoval, digest };
}

function valueOf(key: string, value: unknown): string | null {
  if (value === "") return "";
  const text = textOf(value);
  return text !== null && key === "description" ? withoutEnd(text) : text;
}
