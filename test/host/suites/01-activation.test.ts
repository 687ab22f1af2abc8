import assert from "node:assert/strict";
import { commands, extensions } from "vscode";
import { commandIds } from "../../../src/extension/ids.js";
import { activated, extensionId } from "./support.js";

describe("activation", () => {
  it("waits until something of ours is used", () => {
    assert.equal(extensions.getExtension(extensionId)?.isActive, false);
  });

  it("brings every command, and nothing that has to be looked at yet", async () => {
    const api = await activated();
    const there = new Set(await commands.getCommands(true));
    for (const id of commandIds) assert.ok(there.has(id), `${id} is not registered`);
    await api.whenIdle();
    assert.equal(api.containersState(), "none");
    assert.equal(api.inventory(), null);
    assert.equal(api.plan(), null);
    assert.deepEqual(await api.rows("containers"), []);
    assert.deepEqual(await api.rows("scaling"), []);
  });
});
