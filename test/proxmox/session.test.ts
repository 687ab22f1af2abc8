import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../src/proxmox/api/clock.js";
import { ApiGateway } from "../../src/proxmox/api/gateway.js";
import { createToken, type Credentials } from "../../src/proxmox/index.js";
import {
  rootPassword,
  secondFactor,
  startSimulator,
  totp,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/index.js";
import { failureOf } from "./support/failure-of.js";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** The gateway's clock, which follows the simulator's; its timers fire when the test says so. */
class FollowingClock implements Clock {
  readonly timers = new Map<() => void, number>();

  constructor(private readonly simulator: Simulator) {}

  now(): number {
    return this.simulator.control.now();
  }

  after(milliseconds: number, run: () => void): () => void {
    this.timers.set(run, this.now() + milliseconds);
    return () => void this.timers.delete(run);
  }

  fire(): void {
    for (const [run, due] of [...this.timers]) {
      if (due > this.now()) continue;
      this.timers.delete(run);
      run();
    }
  }
}

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ clock: "manual", nodes: 1, containers: 2, ...options });
  open.push(simulator);
  return simulator;
}

function logIn(simulator: Simulator, credentials: Credentials): { gateway: ApiGateway; clock: FollowingClock } {
  const clock = new FollowingClock(simulator);
  const trust = { kind: "fingerprints", fingerprints: [simulator.fingerprint] } as const;
  const gateway = new ApiGateway({ endpoints: [simulator.url], trust, credentials }, clock);
  open.push(gateway);
  return { gateway, clock };
}

const root: Credentials = { kind: "password", user: "root@pam", password: rootPassword };

const logins = (simulator: Simulator): number =>
  simulator.control.requests().filter(({ path }) => path === "/access/ticket").length;

const hours = (count: number): number => count * 60 * 60 * 1000;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("a ticket", () => {
  test("is fetched once for all requests, and writes carry its CSRF token", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, root);
    const [inventory] = await Promise.all([gateway.inventory(), gateway.version(), gateway.permissions()]);
    const container = inventory.containers[0];
    if (container === undefined) throw new Error("no container");
    const { digest, memory } = await gateway.configuration(container);
    await gateway.resize(container, { memory: memory + 64 }, digest);
    expect((await gateway.configuration(container)).memory).toBe(memory + 64);
    expect(logins(simulator)).toBe(1);
    expect(gateway.identity).toBe("root@pam");
  });

  test("is renewed with itself after an hour, with the next request", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, root);
    await gateway.version();
    await simulator.control.advance(hours(0.9));
    await gateway.version();
    expect(logins(simulator)).toBe(1);
    await simulator.control.advance(hours(0.2));
    await gateway.version();
    expect(logins(simulator)).toBe(2);
    const renewal = simulator.control.requests().findLast(({ path }) => path === "/access/ticket");
    expect(new URLSearchParams(renewal?.body).get("password")).toMatch(/^PVE:root@pam:/u);
  });

  test("stays alive for days while nobody asks anything", async () => {
    const simulator = await start();
    const { gateway, clock } = logIn(simulator, root);
    await gateway.version();
    for (let hour = 1; hour <= 48; hour += 1) {
      await simulator.control.advance(hours(1));
      clock.fire();
      await until(() => logins(simulator) === hour + 1 && clock.timers.size > 0);
    }
    await gateway.version();
    expect(logins(simulator)).toBe(49);
  });

  test("that died is replaced by a new login, and the read tried again", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, root);
    await gateway.version();
    await simulator.control.advance(hours(3));
    expect((await gateway.version()).version).toMatch(/^9/u);
    expect(logins(simulator)).toBe(2);
  });

  test("that Proxmox no longer takes is replaced for a read, not for a write", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, root);
    const { containers } = await gateway.inventory();
    simulator.control.addFault({
      kind: "status",
      status: 401,
      reason: "Authentication failed!",
      method: "GET",
      times: 1,
    });
    await gateway.version();
    expect(logins(simulator)).toBe(2);
    simulator.control.addFault({ kind: "status", status: 401, reason: "Authentication failed!", method: "PUT" });
    simulator.control.forgetRequests();
    const container = containers[0] ?? { vmid: 0, node: "" };
    expect((await failureOf(gateway.resize(container, { memory: 512 }, "abc"))).kind).toBe("not-authenticated");
    expect(simulator.control.requests().filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  test("disposing ends the renewals", async () => {
    const simulator = await start();
    const { gateway, clock } = logIn(simulator, root);
    await gateway.version();
    expect(clock.timers.size).toBe(1);
    await gateway[Symbol.asyncDispose]();
    expect(clock.timers.size).toBe(0);
  });
});

describe("a login that fails", () => {
  test("names the user and never the password", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, { kind: "password", user: "root@pam", password: "not-the-password" });
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("not-authenticated");
    expect(error.message).toContain("Could not log in as root@pam");
    expect(error.message).toContain("authentication failure");
    expect(JSON.stringify([error.message, error.details, error.stack])).not.toContain("not-the-password");
  });

  test("a user without a realm is told what is missing", async () => {
    const simulator = await start();
    expect(() => logIn(simulator, { kind: "password", user: "root", password: "x" })).toThrow(/no realm/u);
  });

  test("an unknown token says what a token can be refused for", async () => {
    const simulator = await start();
    const { gateway } = logIn(simulator, {
      kind: "token",
      token: "root@pam!gone=12345678-aaaa-bbbb-cccc-1234567890ab",
    });
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("not-authenticated");
    expect(error.message).toMatch(/root@pam!gone does not exist, has expired, is disabled, or its secret is another/u);
  });
});

describe("a second factor", () => {
  const admin = (otp?: string): Credentials => ({
    kind: "password",
    user: "admin@pve",
    password: rootPassword,
    ...(otp !== undefined && { otp }),
  });

  test("is answered once, and the ticket renewed without it", async () => {
    const simulator = await start({ scenario: "second-factor" });
    const otp = totp(secondFactor, Math.floor(simulator.control.now() / 1000));
    const { gateway } = logIn(simulator, admin(otp));
    await gateway.version();
    expect(logins(simulator)).toBe(2);
    await simulator.control.advance(hours(1));
    await gateway.version();
    expect(logins(simulator)).toBe(3);
    await simulator.control.advance(hours(3));
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("not-authenticated");
    expect(error.message).toContain("the one-time code has been used, give a new one");
  });

  test("that is missing is asked for", async () => {
    const simulator = await start({ scenario: "second-factor" });
    const { gateway } = logIn(simulator, admin());
    const error = await failureOf(gateway.version());
    expect(error.message).toContain("a one-time code is needed");
  });

  test("that is wrong is refused, and not repeated", async () => {
    const simulator = await start({ scenario: "second-factor" });
    const otp = totp(secondFactor, 0);
    const { gateway } = logIn(simulator, admin(otp));
    const error = await failureOf(gateway.version());
    expect(error.kind).toBe("not-authenticated");
    expect(JSON.stringify([error.message, error.details])).not.toContain(otp);
    expect(logins(simulator)).toBe(2);
  });
});

describe("making a token", () => {
  const options = (simulator: Simulator) => ({
    endpoint: simulator.url,
    trust: { kind: "authority", pem: simulator.certificateAuthority } as const,
    user: "root@pam",
    password: rootPassword,
    tokenName: "autoscaler",
    privilegeSeparation: false,
  });

  test("gives a token that works", async () => {
    const simulator = await start();
    const { token } = await createToken(options(simulator));
    expect(token).toMatch(/^root@pam!autoscaler=[0-9a-f-]{36}$/u);
    const { gateway } = logIn(simulator, { kind: "token", token });
    expect((await gateway.inventory()).containers).toHaveLength(2);
  });

  test("with a second factor too", async () => {
    const simulator = await start({ scenario: "second-factor" });
    const otp = totp(secondFactor, Math.floor(simulator.control.now() / 1000));
    const { token } = await createToken({ ...options(simulator), user: "admin@pve", otp });
    expect(token).toMatch(/^admin@pve!autoscaler=/u);
  });

  test("with privilege separation it sees nothing, and the inventory says why", async () => {
    const simulator = await start();
    const { token } = await createToken({ ...options(simulator), privilegeSeparation: true });
    const { gateway } = logIn(simulator, { kind: "token", token });
    const { containers, problems } = await gateway.inventory();
    expect(containers).toEqual([]);
    expect(problems.map(({ advice }) => advice)).toContain(
      "pveum acl modify / --tokens 'root@pam!autoscaler' --roles PVEAuditor",
    );
  });

  test("of a name that is taken, or can't be one, is refused", async () => {
    const simulator = await start();
    await createToken(options(simulator));
    const taken = await failureOf(createToken(options(simulator)));
    expect(taken.kind).toBe("invalid-parameter");
    expect(taken.message).toContain("Token already exists");
    expect((await failureOf(createToken({ ...options(simulator), tokenName: "a" }))).kind).toBe("invalid-parameter");
  });
});
