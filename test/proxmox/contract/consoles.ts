import { expect, test, vi } from "vitest";
import { offered, type Gateway, type Terminal } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { nounContract } from "./noun.js";

const size = { columns: 100, rows: 30 };

/** What a terminal has shown so far. */
function watch(terminal: Terminal): { text: string } {
  const shown = { text: "" };
  terminal.onOutput((bytes) => (shown.text += Buffer.from(bytes).toString("utf8")));
  return shown;
}

/** In a world whose gateway logs in with a password. */
export const consoleContract = nounContract("consoles", (world) => {
  const port = () => ({ ...world(), consoles: offered(world().gateway, "consoles") });
  const ended = async (gateway: Gateway, upid: string) => {
    await vi.waitFor(async () => expect((await gateway.task(upid)).state).not.toBe("running"), 5000);
    return gateway.task(upid);
  };

  test("of a container asks for a login, takes what is pasted, and knows its size", async () => {
    const { gateway, consoles, running } = port();
    const terminal = await consoles.ofContainer(running, size);
    const shown = watch(terminal);
    await vi.waitFor(() => expect(shown.text).toMatch(/ login: $/u));
    terminal.write("root\r");
    await vi.waitFor(() => expect(shown.text).toMatch(/Password: $/u));
    terminal.write("secret\r");
    await vi.waitFor(() => expect(shown.text).toMatch(/# $/u));
    expect(shown.text).not.toContain("secret");
    terminal.write("stty size; \u007f\u007f\r");
    await vi.waitFor(() => expect(shown.text).toContain("30 100"));
    terminal.resize({ columns: 132, rows: 43 });
    terminal.write("stty size\recho Überschrift – 日本 🎉\r");
    await vi.waitFor(() => expect(shown.text).toContain("\r\nÜberschrift – 日本 🎉\r\n"));
    expect(shown.text).toContain("43 132");
    const ends: unknown[] = [];
    terminal.onEnd((end) => ends.push(end));
    terminal[Symbol.dispose]();
    expect(await ended(gateway, terminal.upid)).toMatchObject({ type: "vncproxy", state: "ok" });
    await vi.waitFor(() => expect(ends).toEqual([{ orderly: true, reason: "The terminal has been closed." }]));
  });

  test("of a node is a shell, which ends with exit", async () => {
    const { gateway, consoles, running } = port();
    const terminal = await consoles.ofNode(running.node, size);
    const shown = watch(terminal);
    // Who comes with a token has to log in there.
    if (gateway.identity.includes("!")) {
      await vi.waitFor(() => expect(shown.text).toContain(`${running.node} login: `));
      terminal.write("root\rsecret\r");
    }
    await vi.waitFor(() => expect(shown.text).toContain(`root@${running.node}:~# `));
    const end = new Promise((resolve) => terminal.onEnd(resolve));
    terminal.write("exit\r");
    expect(await end).toMatchObject({ orderly: true });
    expect(await ended(gateway, terminal.upid)).toMatchObject({ type: "vncshell", state: "ok" });
  });

  test("that breaks says so, and another can be opened", async () => {
    const { consoles, running, control } = port();
    const terminal = await consoles.ofContainer(running, size);
    const end = new Promise((resolve) => terminal.onEnd(resolve));
    control.dropConnections();
    expect(await end).toMatchObject({ orderly: false });
    const again = await consoles.ofContainer(running, size);
    const shown = watch(again);
    await vi.waitFor(() => expect(shown.text).toContain("login: "));
    again[Symbol.dispose]();
  });

  test("ends with its gateway, and is not opened once that is cancelled", async () => {
    const { consoles, running, another } = port();
    const other = another();
    const terminal = await offered(other, "consoles").ofContainer(running, size);
    const end = new Promise((resolve) => terminal.onEnd(resolve));
    await other[Symbol.asyncDispose]();
    await end;
    const signal = AbortSignal.abort();
    expect((await failureOf(consoles.ofContainer(running, size, { signal }))).kind).toBe("cancelled");
    const nobody = { vmid: 999, node: running.node };
    expect((await failureOf(consoles.ofContainer(nobody, size))).kind).toBe("not-found");
  });
});
