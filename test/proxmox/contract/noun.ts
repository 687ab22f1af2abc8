import { afterAll, beforeAll, describe } from "vitest";
import type { Task } from "../../../src/model/index.js";
import { waitForTask, type Gateway, type ProxmoxError } from "../../../src/proxmox/index.js";
import type { ContractWorld } from "../gateway-contract.js";
import { failureOf } from "../support/failure-of.js";

/** What the suite of a noun is given: `world()` once its tests run. */
export type World = () => ContractWorld;

/** What an adapter has to hold of one noun, in a world of its own. */
export type NounContract = (adapter: string, open: () => Promise<ContractWorld>) => void;

export function nounContract(noun: string, define: (world: World) => void): NounContract {
  return (adapter, open) => {
    describe(`${adapter}: ${noun}`, () => {
      let world: ContractWorld | null = null;
      beforeAll(async () => {
        world = await open();
      });
      afterAll(async () => {
        await world?.gateway[Symbol.asyncDispose]();
        await world?.[Symbol.asyncDispose]();
      });
      define(() => {
        if (world === null) throw new Error("the world is not open");
        return world;
      });
    });
  };
}

/** Waits until a task has ended well. */
export async function ended(gateway: Gateway, upid: Promise<string>): Promise<Task> {
  return waitForTask(gateway, await upid, { timeoutSeconds: 10 });
}

/** Waits until a task has failed, or was refused at once; answers Proxmox's words. */
export async function refusal(gateway: Gateway, upid: Promise<string>): Promise<ProxmoxError> {
  return failureOf(ended(gateway, upid));
}
