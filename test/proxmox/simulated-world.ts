import { connect } from "../../src/proxmox/index.js";
import { rootPassword, startSimulator, type SimulatorOptions } from "../../src/simulator/index.js";
import type { ContractWorld } from "./gateway-contract.js";

/** A simulated cluster of two nodes and a gateway over its API. A minute passes in a second: nothing holds a suite up. */
export async function simulatedWorld(
  pve: 8 | 9,
  options: SimulatorOptions & { readonly login?: "token" | "password" } = {},
): Promise<ContractWorld & { readonly url: string; readonly token: string }> {
  const simulator = await startSimulator({ pve, speed: 60, nodes: 2, containers: 6, ...options });
  const open = () =>
    connect({
      endpoints: [simulator.url],
      trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
      credentials:
        options.login === "password"
          ? { kind: "password", user: "root@pam", password: rootPassword }
          : { kind: "token", token: simulator.token },
    });
  const gateway = open();
  const [running, stopped] = (await gateway.inventory()).containers.filter(({ template }) => !template);
  if (running === undefined || stopped === undefined) throw new Error("too few containers");
  const { control } = simulator;
  control.setRunning(running.vmid, true);
  control.setRunning(stopped.vmid, false);
  return {
    gateway,
    another: open,
    control,
    url: simulator.url,
    token: simulator.token,
    running: { vmid: running.vmid, node: running.node },
    stopped: { vmid: stopped.vmid, node: stopped.node },
    setConfiguration: (vmid, values) => control.setConfiguration(vmid, values),
    setPending: (vmid, values) => control.setPending(vmid, values),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}
