import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { formatLease, leaseIn, NotesLease, standingLease, withLease, withoutLease } from "../../src/operate/index.js";
import { connect, type Gateway } from "../../src/proxmox/index.js";
import { bench, configuration, type Bench } from "./harness.js";

const mark = { program: "run", host: "pve1", id: "4f3a2b1c", until: Date.UTC(2026, 10, 21, 10, 3) };
const line =
  "> LXC Autoscaler: run on pve1 (4f3a2b1c) scales this cluster until 2026-11-21 10:03:00 UTC. Others only recommend.";

describe("the line of a lease in the notes", () => {
  it("is a sentence that is read back", () => {
    expect(formatLease(mark)).toBe(line);
    expect(leaseIn(`# Web\r\n\r\n${line}\r\nmore\n`)).toEqual(mark);
  });

  it.each([
    null,
    "",
    "LXC Autoscaler: run on pve1 (4f3a2b1c) scales this cluster until 2026-11-21 10:03:00 UTC. Others only recommend.",
    line.replace("2026-11-21", "2026-13-41"),
    line.replace("4f3a2b1c", "mine!"),
    line.slice(0, 80),
  ])("is not seen in %j", (notes) => {
    expect(leaseIn(notes)).toBeNull();
  });

  it("keeps its place and everything else when it is renewed, and leaves nothing behind when it is given back", () => {
    const notes = `# Web  \r\n\r\n100%25 grün\n${line}\n\n- after\n`;
    const renewed = withLease(notes, { ...mark, until: mark.until + 60_000 });
    expect(renewed).toBe(notes.replace("10:03:00", "10:04:00"));
    expect(withoutLease(renewed)).toBe("# Web  \r\n\r\n100%25 grün\n\n- after\n");
  });

  it("replaces a line that somebody has changed, and several", () => {
    const spoilt = line.replace("2026-11-21", "tomorrow");
    expect(withLease(`a\n${spoilt}\n${line}\nb\n`, mark)).toBe(`a\n${line}\nb\n`);
  });

  it("keeps any notes as they were, but for the end of the last line", () => {
    const text = fc
      .array(
        fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("\r", "", "> quoted", "%0A", "> LXC")),
      )
      .map((lines) => lines.join("\n"))
      .filter((notes) => !notes.includes("LXC Autoscaler: "));
    fc.assert(
      fc.property(text, (notes) => {
        const taken = withLease(notes, mark);
        expect(leaseIn(taken)).toEqual(mark);
        expect(taken.startsWith(notes)).toBe(true);
        const ended = notes === "" || notes.endsWith("\n") ? notes : `${notes}\n`;
        expect(withoutLease(taken)).toBe(ended);
        expect(withoutLease(withLease(taken, { ...mark, id: "ffffffff" }))).toBe(ended);
      }),
    );
  });
});

const config = configuration(
  "version: 1\nmode: apply\npolicies: [{ match: { vmids: [101-120] }, cpu: { max: 8 } }]\nsafety: { lease: { duration: 3m } }\n",
);

const gateways: Gateway[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
});

/** One program beside the others: a gateway and records of its own. */
function program(on: Bench, options: { takeOver?: boolean; directory?: string; token?: string } = {}): NotesLease {
  const gateway = connect({
    endpoints: [on.simulator.url],
    trust: { kind: "fingerprints", fingerprints: [on.simulator.fingerprint] },
    credentials: { kind: "token", token: options.token ?? on.simulator.token },
    timeoutSeconds: 5,
  });
  gateways.push(gateway);
  const location = {
    directory: options.directory ?? join(on.directory, String(gateways.length)),
    endpoint: on.simulator.url,
  };
  return new NotesLease({ gateway, program: "run", location, takeOver: options.takeOver ?? false });
}

async function hold(on: Bench, lease: NotesLease): Promise<string | null> {
  return lease.hold(config, await on.gateway.inventory(), on.simulator.control.now());
}

const notesOf = async (on: Bench) => (await on.gateway.notes({ vmid: 101, node: await nodeOf(on, 101) })).notes;
const nodeOf = async (on: Bench, vmid: number) =>
  (await on.gateway.inventory()).containers.find((one) => one.vmid === vmid)?.node ?? "";

describe("NotesLease", () => {
  it("is held by one program, and the other says by whom", async () => {
    const on = await bench();
    on.simulator.control.setConfiguration(101, { description: "# Web\r\n100 % – grün\n" });
    const [first, second] = [program(on), program(on)];
    expect(await hold(on, first)).toBeNull();
    expect(await notesOf(on)).toMatch(
      /^# Web\r\n100 % – grün\n> LXC Autoscaler: run on \S+ \([0-9a-f]{8}\) scales this cluster until 2026-11-21 03:03:00 UTC\./u,
    );
    const objection = await hold(on, second);
    expect(objection).toContain(`lxc-autoscaler run on ${first.host} (${first.id}) scales this cluster`);
    expect(objection).toContain("in the notes of 101 (web-1) lasts 3m more");
    expect(objection).toContain("This program only recommends.");
    expect(
      await standingLease(on.gateway, config, await on.gateway.inventory(), on.simulator.control.now()),
    ).toMatchObject({ mark: { id: first.id } });
    await first.release();
    expect(await notesOf(on)).toBe("# Web\r\n100 % – grün\n");
    expect(await hold(on, second)).toBeNull();
  });

  it("is taken by exactly one of many that ask at once", async () => {
    const on = await bench();
    const answers = await Promise.all(Array.from({ length: 6 }, () => hold(on, program(on))));
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  });

  it("is renewed in time, seldom written, and not asked for all the time", async () => {
    const on = await bench();
    const [first, second] = [program(on), program(on)];
    await hold(on, first);
    on.simulator.control.forgetRequests();
    for (let cycle = 0; cycle < 60; cycle += 1) {
      await on.simulator.control.advance(10_000);
      const inventory = await on.gateway.inventory();
      expect(await first.hold(config, inventory, on.simulator.control.now())).toBeNull();
    }
    const asked = on.simulator.control.requests().filter(({ path }) => path.endsWith("/lxc/101/config"));
    // Ten minutes: a look every half minute, a write after each minute and a half.
    expect(asked.filter(({ method }) => method === "PUT").length).toBeLessThanOrEqual(7);
    expect(asked.filter(({ method }) => method === "GET").length).toBeLessThanOrEqual(21);
    expect(await hold(on, second)).not.toBeNull();
  });

  it("runs out by the server's clock, whatever that of the machine says", async () => {
    const on = await bench();
    const [first, second] = [program(on), program(on)];
    await hold(on, first);
    await on.simulator.control.advance(179_000);
    expect(await hold(on, second)).toContain("lasts 1s more");
    await on.simulator.control.advance(1000);
    expect(await hold(on, second)).toBeNull();
    // The first finds out, and gives nothing back that is not its own.
    expect(await hold(on, first)).toContain(second.id);
    await first.release();
    expect(await notesOf(on)).toContain(second.id);
  });

  it("goes to a program that was killed and started again, without a wait", async () => {
    const on = await bench();
    const directory = join(on.directory, "same");
    const killed = program(on, { directory });
    await hold(on, killed);
    const successor = program(on, { directory });
    expect(await hold(on, successor)).toContain(killed.id);
    // As if the process that wrote it down were no more: nothing has this id.
    const { cluster } = await on.gateway.inventory();
    const file = join(dirname(on.stateStore.file(cluster)).replace(on.directory, directory), "lease.json");
    await mkdir(dirname(file), { recursive: true });
    const by = { host: hostname(), pid: 2 ** 22 + 1, started: null, namespace: await namespaceOfPids() };
    await writeFile(file, JSON.stringify({ id: killed.id, by }));
    expect(await hold(on, successor)).toBeNull();
    await on.simulator.control.advance(31_000);
    expect(await hold(on, killed)).toContain(successor.id);
  });

  it("is lost to whoever takes it over, and told at the next look", async () => {
    const on = await bench();
    const [first, person] = [program(on), program(on, { takeOver: true })];
    await hold(on, first);
    expect(await hold(on, person)).toBeNull();
    await on.simulator.control.advance(31_000);
    expect(await hold(on, first)).toContain(person.id);
    await person.release();
    expect(await hold(on, first)).toBeNull();
  });

  it("stays with its holder while a backup locks the container, even beyond its time", async () => {
    const on = await bench();
    const [first, second] = [program(on), program(on)];
    await hold(on, first);
    on.simulator.control.lock(101, "backup");
    await on.simulator.control.advance(600_000);
    expect(await hold(on, first)).toBeNull();
    expect(await hold(on, second)).toContain("could not be written in the notes of 101 (web-1)");
    on.simulator.control.unlock(101);
    await on.simulator.control.advance(31_000);
    expect(await hold(on, first)).toBeNull();
    expect(await hold(on, second)).toContain(first.id);
  });

  it("is not lost to a change of the same file, nor to an answer that gets lost", async () => {
    const on = await bench();
    const lease = program(on);
    on.simulator.control.addFault({ kind: "drop-after", method: "PUT", times: 1 });
    expect(await hold(on, lease)).toBeNull();
    on.simulator.control.setConfiguration(101, { description: `${(await notesOf(on)) ?? ""}a remark\n` });
    await on.simulator.control.advance(100_000);
    expect(await hold(on, lease)).toBeNull();
    expect(await notesOf(on)).toMatch(/03:04:40 UTC.*\na remark\n$/u);
  });

  it("is kept for its time where Proxmox can't be asked", async () => {
    const on = await bench();
    const lease = program(on);
    await hold(on, lease);
    await on.simulator.control.advance(100_000);
    const inventory = await on.gateway.inventory();
    on.simulator.control.addFault({ kind: "status", status: 500, reason: "no", path: "/config" });
    expect(await lease.hold(config, inventory, on.simulator.control.now())).toBeNull();
    await on.simulator.control.advance(80_000);
    expect(await lease.hold(config, inventory, on.simulator.control.now())).toContain("only recommends");
  });

  it("says which privilege is missing, and only recommends", async () => {
    const on = await bench({ scenario: "audit-only" });
    const objection = await hold(on, program(on));
    expect(objection).toContain("so this program only recommends.");
    expect(objection).toContain("VM.Config.Options");
  });

  it("needs the container that the file names", async () => {
    const on = await bench();
    const elsewhere = configuration(
      "version: 1\npolicies: [{ match: { vmids: [101] }, cpu: { max: 8 } }]\nsafety: { lease: { container: 999 } }\n",
    );
    const lease = program(on);
    const objection = await lease.hold(elsewhere, await on.gateway.inventory(), on.simulator.control.now());
    expect(objection).toContain("Container 999, which safety.lease.container names, is not there.");
  });
});

async function namespaceOfPids(): Promise<string | null> {
  const { readlink } = await import("node:fs/promises");
  return readlink("/proc/self/ns/pid").catch(() => null);
}
