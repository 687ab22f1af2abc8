import { ProxmoxError } from "../../errors.js";
import type { LifecyclePort, MigrationTargets } from "../../ports/lifecycle.js";
import { amountOf, recordOf, textOf } from "../numbers.js";
import { guestPath, pathOf, type Requests } from "../requests.js";

/** The {@link LifecyclePort} over the API. */
export function lifecycleOver(requests: Requests): LifecyclePort {
  return {
    async nextId({ vmid, ...options } = {}) {
      const attempted = vmid === undefined ? "read the next free number" : `see whether ${vmid} is free`;
      // Proxmox answers it as text.
      const next = amountOf(await requests.get(attempted, "/cluster/nextid", { vmid }, options));
      if (next !== null) return next;
      throw new ProxmoxError("refused", `Could not ${attempted}: Proxmox answered without one.`, { attempted });
    },

    create({ node, vmid }, create, options = {}) {
      const attempted = `create ${vmid} on ${node}`;
      return requests.write({ vmid }, async () =>
        requests.upidOf(
          await requests.post(
            attempted,
            pathOf`/nodes/${node}/lxc`,
            {
              ...create.options,
              vmid,
              ostemplate: create.template,
              rootfs: `${create.storage}:${create.disk}`,
              unprivileged: create.privileged !== true,
              password: create.password,
              "ssh-public-keys": create.sshKeys,
              pool: create.pool,
              start: create.start,
            },
            options,
          ),
          attempted,
        ),
      );
    },

    clone(container, clone, options = {}) {
      const attempted = `clone ${container.vmid} to ${clone.vmid}`;
      return requests.write(container, async () =>
        requests.upidOf(
          await requests.post(
            attempted,
            `${guestPath(container)}/clone`,
            {
              newid: clone.vmid,
              hostname: clone.hostname,
              description: clone.description,
              full: clone.full,
              storage: clone.storage,
              snapname: clone.snapshot,
              pool: clone.pool,
              target: clone.node,
              bwlimit: clone.bandwidth,
            },
            options,
          ),
          attempted,
        ),
      );
    },

    async migrationTargets(container, options = {}) {
      const attempted = `ask where ${container.vmid} can go`;
      try {
        return targetsOf(await requests.get(attempted, `${guestPath(container)}/migrate`, {}, options));
      } catch (error) {
        if (error instanceof ProxmoxError && error.details.status === 501) return null;
        throw error;
      }
    },

    migrate(container, { node, restart, timeoutSeconds, storage, bandwidth }, options = {}) {
      const attempted = `migrate ${container.vmid} to ${node}`;
      return requests.write(container, async () =>
        requests.upidOf(
          await requests.post(
            attempted,
            `${guestPath(container)}/migrate`,
            { target: node, restart, timeout: timeoutSeconds, "target-storage": storage, bwlimit: bandwidth },
            options,
          ),
          attempted,
        ),
      );
    },

    async convertToTemplate(container, options = {}) {
      const attempted = `make a template of ${container.vmid}`;
      await requests.write(container, () => requests.post(attempted, `${guestPath(container)}/template`, {}, options));
    },

    destroy(container, { purge, force, unreferencedDisks }, options = {}) {
      const attempted = `destroy ${container.vmid}`;
      const parameters = { purge, force, "destroy-unreferenced-disks": unreferencedDisks };
      return requests.write(container, async () =>
        requests.upidOf(await requests.delete(attempted, guestPath(container), parameters, options), attempted),
      );
    },
  };
}

/** Reads `GET …/migrate`: why a node is refused stands in lists under names of their own. */
function targetsOf(data: unknown): MigrationTargets {
  const fields = recordOf(data);
  const allowed = fields["allowed-nodes"];
  return {
    allowed: Array.isArray(allowed) ? allowed.flatMap((name) => textOf(name) ?? []) : [],
    refused: Object.entries(recordOf(fields["not-allowed-nodes"])).map(([node, reasons]) => ({
      node,
      reason: Object.entries(recordOf(reasons))
        .map(([name, value]) => `${name.replaceAll(/[_-]/gu, " ")}: ${namesOf(value)}`)
        .join("; "),
    })),
  };
}

function namesOf(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value) ?? JSON.stringify(value);
  return value.map((item) => textOf(item) ?? JSON.stringify(item)).join(", ");
}
