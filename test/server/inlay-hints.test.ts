import type { CodeLens, InlayHint } from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action, Inventory } from "../../src/model/index.js";
import { planNotification, type PlannedDecision } from "../../src/server/index.js";
import type { ClientCommands } from "../../src/server/protocol.js";
import { inventory } from "./cluster.js";
import { startSession } from "./session.js";

type Started = Awaited<ReturnType<typeof startSession>>;

let session: Started;
let count = 0;
beforeAll(async () => {
  session = await startSession();
  await session.push(inventory);
});
afterAll(() => session[Symbol.asyncDispose]());

/** The document with each hint in `«…»` where an editor shows it. */
async function hinted(text: string, on: Started = session): Promise<string> {
  count += 1;
  const uri = `file:///hints/${count}/autoscaler.yaml`;
  await on.open(text, uri);
  const lines = text.split("\n");
  const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
  const hints = await on.connection.sendRequest<InlayHint[]>("textDocument/inlayHint", {
    textDocument: { uri },
    range,
  });
  const later = hints.toSorted((a, b) => b.position.character - a.position.character);
  for (const { position, label } of later) {
    const line = lines[position.line] ?? "";
    lines[position.line] =
      `${line.slice(0, position.character)}«${typeof label === "string" ? label : ""}»${line.slice(position.character)}`;
  }
  return lines.join("\n");
}

describe("inlay hints", () => {
  it("say how many containers a match means, in brackets and in lines", async () => {
    expect(
      await hinted("version: 1\npolicies:\n  - { name: web, match: { tags: [web] }, cpu: { max: 4 } }\n"),
    ).toContain("match: { tags: [web] }«2 containers», cpu");
    expect(
      await hinted("version: 1\npolicies:\n  - name: db\n    match:\n      pools: [shop]\n      tags: db\n"),
    ).toContain("    match:«1 container»\n");
    expect(await hinted("version: 1\ndefaults: { match: { vmids: [100-105, 110] } }\n")).toContain("«4 containers»");
  });

  it("do not count what is ignored", async () => {
    expect(await hinted("version: 1\ndefaults: { match: { tags: [web] } }\nignore: { vmids: [101] }\n")).toContain(
      "match: { tags: [web] }«1 container»",
    );
  });

  it("say what a share comes to: of one size, of several, of a limit below the cores, of the nodes", async () => {
    const policy = (match: string, rest: string): string =>
      `version: 1\npolicies:\n  - { name: a, match: { ${match} }, ${rest} }\n`;
    expect(await hinted(policy("tags: [db]", "cpu: { target: 80%, tolerance: 10% }"))).toContain(
      "target: 80%«= 3.2 of 4 cores», tolerance: 10% }",
    );
    expect(await hinted(policy("pools: [shop]", "memory: { scaleUp: { above: 80% }, headroom: 20% }"))).toContain(
      "above: 80%«= 0.8 to 3.2 GiB» }, headroom: 20% }",
    );
    expect(await hinted("version: 1\nsafety: { reserve: { cpu: 12.5%, memory: 2GiB } }\n")).toContain(
      "cpu: 12.5%«= 2 of 16 cores», memory: 2GiB }",
    );
    const limited = {
      ...inventory,
      containers: inventory.containers.map((one) =>
        one.vmid === 105 ? { ...one, configuration: { ...configuration, cores: 4, cpulimit: 1 } } : one,
      ),
    };
    await session.push(limited);
    expect(await hinted(policy("tags: [db]", "cpu: { target: 80% }"))).toContain("80%«= 0.8 of 1 core»");
    await session.push(inventory);
  });

  it("say of `defaults` what it comes to for all that any policy matches", async () => {
    expect(
      await hinted(
        "version: 1\ndefaults: { cpu: { target: 50% } }\npolicies:\n  - { name: a, match: { vmids: [101] } }\n  - { name: b, match: { vmids: [105] } }\n",
      ),
    ).toContain("target: 50%«= 1 to 2 cores»");
  });

  it("say when a schedule begins or ends", async () => {
    const schedule = (when: string): string =>
      `version: 1\ntimezone: UTC\npolicies: [{ name: a, match: { names: ["*"] }, cpu: { max: 4 } }]\nschedules:\n  - name: s\n    match: { names: ["*"] }\n    when: ${when}\n    cpu: { max: 2 }\n`;
    expect(await hinted(schedule('{ from: "00:00", to: "00:00" }'))).toMatch(
      /\}«(?:always in force|in force until .+)»/u,
    );
    expect(await hinted(schedule('{ from: "09:00", to: "09:00", dates: ["2099-05-01"] }'))).toMatch(
      /\}«(?:next: Fri 1 May 2099, 09:00|never in force)»/u,
    );
    const day = new Date().getUTCDay();
    const name = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(day + 3) % 7] ?? "";
    expect(await hinted(schedule(`{ days: [${name}], from: "06:00", to: "07:00" }`))).toMatch(
      new RegExp(`«next: ${name[0]?.toUpperCase() ?? ""}${name.slice(1)} 06:00»`, "u"),
    );
  });

  it("are given for the lines that are asked for alone", async () => {
    const policy = (name: string): string => `  - name: ${name}\n    match: { tags: [web] }\n`;
    const uri = "file:///hints/seen/autoscaler.yaml";
    await session.open(`version: 1\npolicies:\n${policy("a")}${policy("b")}${policy("c")}`, uri);
    const hints = await session.connection.sendRequest<InlayHint[]>("textDocument/inlayHint", {
      textDocument: { uri },
      range: { start: { line: 4, character: 0 }, end: { line: 5, character: 4 } },
    });
    expect(hints.map(({ position }) => position.line)).toEqual([5]);
  });

  it("work in a file that is broken elsewhere", async () => {
    expect(
      await hinted("version: 1\nnonsense: {\npolicies:\n  - name: web\n    match: { tags: [web] }\n"),
    ).not.toContain("«= ");
    expect(
      await hinted(
        "version: 1\nmode: nonsense\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { target: 80% }\n",
      ),
    ).toMatch(/\{ tags: \[web\] \}«2 containers»\n\s+cpu: \{ target: 80%«= 1.6 of 2 cores» \}/u);
  });

  it("say nothing of what is not known: without a cluster, of a match that can't be read", async () => {
    await using lonely = await startSession();
    const text = "version: 1\npolicies:\n  - { name: a, match: { tags: [web] }, cpu: { target: 80% } }\n";
    expect(await hinted(text, lonely)).toBe(text);
    for (const match of ["{}", "", "{ tags: }", "{ vmids: [x] }", '{ tags: ["${env:NOT_SET}"] }', "{ tag: [web] }"]) {
      const broken = `version: 1\npolicies:\n  - { name: a, match: ${match}, cpu: { target: 80% } }\n`;
      expect(await hinted(broken)).toBe(broken);
    }
  });
});

const configuration = {
  cores: 2,
  cpulimit: null,
  memory: 1024,
  swap: 0,
  volumes: [],
  digest: "a",
  protection: false,
  unprivileged: true,
  description: null,
  readAt: 0,
};

describe("code lenses", () => {
  async function lenses(text: string, on: Started = session): Promise<readonly string[]> {
    count += 1;
    const uri = `file:///lenses/${count}/autoscaler.yaml`;
    await on.open(text, uri);
    const found = await on.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    return found.map(({ range, command }) => {
      const given =
        command?.arguments === undefined ? "" : ` ${command.arguments.join() === uri ? "with the file" : ""}`;
      return `${range.start.line}: ${command?.title ?? ""} [${command?.command ?? ""}]${given}`;
    });
  }

  const policies = [
    "version: 1",
    "policies:",
    "  - name: web",
    "    match: { tags: [web] }",
    "    cpu: { min: 1, max: 4, fixed: 3 }",
    "schedules:",
    "  - name: nights",
    "    match: { tags: [db] }",
    '    when: { from: "22:00", to: "06:00" }',
    "    cpu: { max: 2 }",
    "",
  ].join("\n");

  it("count the containers for a client that can run nothing", async () => {
    expect(await lenses(policies)).toEqual(["2: 2 containers []", "6: 1 container []"]);
  });

  it("offer what the client has announced, with the file", async () => {
    const commands: ClientCommands = { dryRun: "x.dryRun", migrate: "x.migrate" };
    await using capable = await startSession({ initialization: { commands } });
    await capable.push(inventory);
    expect(await lenses(policies, capable)).toEqual([
      "2: 2 containers []",
      "2: Dry run [x.dryRun] with the file",
      "6: 1 container []",
    ]);
    // A file with an error can't be run.
    expect(await lenses(`${policies}mode: nonsense\n`, capable)).toEqual(["2: 2 containers []", "6: 1 container []"]);
    expect(await lenses("DEFAULT:\n  poll_interval: 300\n  cpu_upper_threshold: 80\n", capable)).toEqual([
      expect.stringContaining("Migrate… [x.migrate] with the file"),
    ]);
  });

  it("say how many would change, once what was seen is enough to decide on", async () => {
    await using watching = await startSession();
    const sized = (observedAt: number): Inventory => ({
      ...inventory,
      observedAt,
      containers: inventory.containers.map((one) => ({
        ...one,
        configuration: { ...configuration, cores: one.cores, memory: (one.memoryLimit ?? 0) / 1024 ** 2 },
      })),
    });
    const thresholds = policies.replace("fixed: 3", "scaleUp: { above: 90%, for: 2m, step: 1 }");
    await watching.push(sized(inventory.observedAt));
    expect(await lenses(policies, watching)).toContain("2: 2 containers · would change 2 []");
    expect(await lenses(thresholds, watching)).toContain("2: 2 containers []");
    for (let minute = 1; minute <= 4; minute += 1) await watching.push(sized(inventory.observedAt + minute * 60_000));
    // Of 97 and 42 % one is over 90 % all the time.
    expect(await lenses(thresholds, watching)).toContain("2: 2 containers · would change 1 []");
  });

  it("say how many the client's dry run changes, of containers that it knew of", async () => {
    await using planned = await startSession();
    await planned.push(inventory);
    const decided = (vmid: number, action: Action, rules: readonly string[] = []): PlannedDecision => {
      return { vmid, action, from: 2, rules };
    };
    const shown = async (decisions: readonly PlannedDecision[] | null): Promise<readonly string[]> => {
      await planned.connection.sendNotification(planNotification, {
        uri: `file:///lenses/${count + 1}/autoscaler.yaml`,
        decisions,
      });
      return lenses(policies, planned);
    };
    expect(await shown([decided(101, "scale-up"), decided(101, "hold"), decided(102, "hold")])).toContain(
      "2: 2 containers · would change 1 []",
    );
    expect(await shown([decided(101, "hold"), decided(102, "blocked")])).toContain(
      "2: 2 containers · would change 0 []",
    );
    expect(await shown([decided(101, "scale-up"), decided(102, "hold", ["insufficient-data"])])).toContain(
      "2: 2 containers []",
    );
    // The policy was written after the dry run.
    expect(await shown([decided(101, "scale-up")])).toContain("2: 2 containers []");
    expect(await shown(null)).toContain("2: 2 containers []");
  });

  it("offer the replay of a policy by its name", async () => {
    await using capable = await startSession({ initialization: { commands: { replay: "x.replay" } } });
    const uri = "file:///lenses/replay/autoscaler.yaml";
    await capable.open(policies, uri);
    const found = await capable.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    expect(found.map(({ command }) => command)).toEqual([
      { title: "Replay 24 h", command: "x.replay", arguments: [uri, "web"] },
    ]);
  });

  it("tell the size of a group, also in a broken file", async () => {
    const group =
      "version: 1\ngroups:\n  - name: front\n    template: { vmid: 900 }\n    instances: { min: 2, max: 6 }\n";
    expect(await lenses(group)).toEqual(["2: 2 to 6 instances of 900 []"]);
    expect(await lenses("version: 1\ngroups:\n  - name: front\n    instances: { min: \n")).toEqual([]);
  });
});
