import { parseUpid, type ContainerRef } from "../../model/index.js";
import { ProxmoxError } from "../errors.js";
import type { RequestOptions } from "../request-options.js";
import type { ApiClient, Parameter } from "./client.js";
import { textOf } from "./numbers.js";
import { part } from "./proxy.js";
import type { Method } from "./transport.js";

export type Parameters = Readonly<Record<string, Parameter>>;

/** What is done after a write to a container's file, whatever came of it. */
export interface AfterWrite {
  /** `error` where it failed. */
  (vmid: number, error: unknown): void;
}

/** Requests of the API in the form the nouns need them: what is put into a path is encoded, a task's id is checked. */
export class Requests {
  constructor(
    readonly client: ApiClient,
    private readonly afterWrite: AfterWrite,
  ) {}

  /** `data` of a GET. `attempted` follows “Could not” in an error. */
  get(attempted: string, path: string, parameters: Parameters, options: RequestOptions): Promise<unknown> {
    return this.#send("GET", attempted, path, parameters, options);
  }

  post(attempted: string, path: string, parameters: Parameters, options: RequestOptions): Promise<unknown> {
    return this.#send("POST", attempted, path, parameters, options);
  }

  put(attempted: string, path: string, parameters: Parameters, options: RequestOptions): Promise<unknown> {
    return this.#send("PUT", attempted, path, parameters, options);
  }

  delete(attempted: string, path: string, parameters: Parameters, options: RequestOptions): Promise<unknown> {
    return this.#send("DELETE", attempted, path, parameters, options);
  }

  /** One write to a container's file: what was known of it before is forgotten. */
  async write<T>({ vmid }: Pick<ContainerRef, "vmid">, send: () => Promise<T>): Promise<T> {
    let failure: unknown = null;
    try {
      return await send();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.afterWrite(vmid, failure);
    }
  }

  /** The id of the task that was begun. */
  upidOf(answer: unknown, attempted: string): string {
    const upid = textOf(answer);
    if (upid !== null && parseUpid(upid) !== null) return upid;
    throw new ProxmoxError(
      "outcome-unknown",
      `Proxmox accepted to ${attempted} but named no task. Read its state back.`,
      { attempted, endpoint: this.client.endpoint.name },
    );
  }

  async #send(
    method: Method,
    attempted: string,
    path: string,
    parameters: Parameters,
    { signal }: RequestOptions,
  ): Promise<unknown> {
    return (await this.client.request({ method, path, parameters, attempted, signal })).data;
  }
}

/** A path with each value in it encoded: `` pathOf`/nodes/${node}/lxc/${vmid}` ``. */
export function pathOf(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return texts.reduce((path, text, index) => `${path}${part(String(values[index - 1] ?? ""))}${text}`);
}

/** The path of a container. */
export function guestPath({ node, vmid }: ContainerRef): string {
  return pathOf`/nodes/${node}/lxc/${vmid}`;
}
