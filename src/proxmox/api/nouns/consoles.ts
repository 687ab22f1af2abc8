import type { ContainerRef } from "../../../model/index.js";
import { ProxmoxError } from "../../errors.js";
import type { RequestOptions } from "../../request-options.js";
import type { ConsolePort, Terminal, TerminalSize } from "../../ports/consoles.js";
import { recordOf, textOf } from "../numbers.js";
import { guestPath, pathOf, type Requests } from "../requests.js";
import { openTerminal } from "../terminal.js";

/** The {@link ConsolePort} over the API. */
export function consolesOver(requests: Requests): ConsolePort {
  const open = async (
    what: string,
    base: string,
    size: TerminalSize,
    container: ContainerRef | null,
    options: RequestOptions,
  ): Promise<Terminal> => {
    const attempted = `open ${what}`;
    const fields = recordOf(await requests.post(attempted, `${base}/termproxy`, {}, options));
    const [port, ticket, user] = [textOf(fields["port"]), textOf(fields["ticket"]), textOf(fields["user"])];
    const upid = requests.upidOf(fields["upid"], attempted);
    if (port === null || ticket === null || user === null) {
      throw new ProxmoxError("refused", `Could not ${attempted}: Proxmox answered without its parts.`, { attempted });
    }
    const path = `${base}/vncwebsocket`;
    const client = await requests.client.webSocket(
      { method: "GET", path, parameters: { port, vncticket: ticket }, attempted, signal: options.signal },
      [ticket],
    );
    const { identity } = requests.client;
    const isToken = container !== null && identity.includes("!");
    return openTerminal(client, { upid, greeting: `${user}:${ticket}\n`, size, signal: options.signal }, () =>
      isToken
        ? new ProxmoxError(
            "refused",
            `Could not ${attempted}: this version of Proxmox VE does not let the API token ${identity} into the console of a container. Connect with a user and password, update pve-container, or open the shell of ${container.node} and enter it with “pct enter ${container.vmid}”.`,
            { attempted, upid },
          )
        : new ProxmoxError("refused", `Could not ${attempted}: the terminal ended before it began. See its task.`, {
            attempted,
            upid,
          }),
    );
  };

  return {
    ofContainer: (container, size, options = {}) =>
      open(`the console of ${container.vmid}`, guestPath(container), size, container, options),
    ofNode: (node, size, options = {}) => open(`a shell of ${node}`, pathOf`/nodes/${node}`, size, null, options),
  };
}
