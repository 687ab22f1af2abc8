import { connect } from "../../src/proxmox/index.js";
import { startSimulator } from "../../src/simulator/index.js";
import { gatewayContract, type ContractWorld } from "./gateway-contract.js";

for (const pve of [9, 8] as const) {
  gatewayContract(`The API of Proxmox VE ${pve}`, async (): Promise<ContractWorld> => {
    // A minute passes in a second: tasks and the cycle of the statistics don't hold the suite up.
    const simulator = await startSimulator({ pve, speed: 60, nodes: 2, containers: 6 });
    const open = () =>
      connect({
        endpoints: [simulator.url],
        trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
        credentials: { kind: "token", token: simulator.token },
      });
    const gateway = open();
    const [running, stopped] = (await gateway.inventory()).containers.filter(({ template }) => !template);
    if (running === undefined || stopped === undefined) throw new Error("too few containers");
    simulator.control.setRunning(running.vmid, true);
    simulator.control.setRunning(stopped.vmid, false);
    return {
      gateway,
      another: open,
      running: { vmid: running.vmid, node: running.node },
      stopped: { vmid: stopped.vmid, node: stopped.node },
      setConfiguration: (vmid, values) => simulator.control.setConfiguration(vmid, values),
      setPending: (vmid, values) => simulator.control.setPending(vmid, values),
      [Symbol.asyncDispose]: () => simulator.close(),
    };
  });
}
