import assert from "node:assert/strict";
import { commands } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { connect, presentedCertificate } from "../../../src/proxmox/index.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, ownSimulator } from "./support.js";

const wrong = Array.from({ length: 32 }, () => "AA").join(":");

describe("a cluster that can't be shown", () => {
  let api: ExtensionApi;
  let simulator: Simulator;

  before(async () => {
    api = await activated();
    simulator = await ownSimulator();
  });

  afterEach(() => disconnected(api));
  after(() => simulator.close());

  it("has another certificate: the sentence, no data, and not a byte of HTTP", async () => {
    simulator.control.forgetRequests();
    await api.connect({ ...simulator, fingerprint: wrong });
    assert.equal(api.containersState(), "untrusted");
    assert.match(api.problem()?.sentence ?? "", /presents the certificate .* but trusted is AA:AA/u);
    assert.equal(api.inventory(), null);
    assert.deepEqual(await api.rows("containers"), []);
    assert.deepEqual(simulator.control.requests(), []);
  });

  it("is shown as soon as it is reached with the right one", async () => {
    await api.connect({ ...simulator, fingerprint: wrong });
    await api.connect(simulator);
    assert.equal(api.containersState(), "tree");
    assert.equal(api.inventory()?.containers.length, 20);
  });

  it("does not know the token", async () => {
    await api.connect({ ...simulator, token: "root@pam!demo=00000000-0000-0000-0000-000000000000" });
    assert.equal(api.containersState(), "not-authenticated");
    assert.doesNotMatch(api.problem()?.sentence ?? "", /00000000/u);
  });

  it("answers nobody, and keeps what it showed", async () => {
    await api.connect(simulator);
    await simulator.control.closeEndpoint();
    await commands.executeCommand("lxcAutoscaler.refresh");
    await api.whenIdle();
    assert.equal(api.problem()?.kind, "unreachable");
    assert.equal(api.containersState(), "tree");
    assert.equal(api.inventory()?.containers.length, 20);
    assert.match(api.statusBar(), /^\$\(warning\)/u);
    await simulator.control.reopenEndpoint();
  });

  it("lets the token see nothing: that is said, and never shown as no containers", async () => {
    const blind = await ownSimulator({ scenario: "no-privileges" });
    try {
      await api.connect(blind);
      assert.equal(api.containersState(), "no-privileges");
      assert.match(api.problem()?.sentence ?? "", /may not see any container/u);
      assert.deepEqual(await api.rows("containers"), []);
    } finally {
      await blind.close();
    }
  });
});

/** VS Code replaces Node's agents in this process; what is pinned must not depend on them. */
describe("a pinned connection inside the extension host", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await ownSimulator();
  });

  after(() => simulator.close());

  const open = (fingerprint: string) =>
    connect({
      endpoints: [simulator.url],
      trust: { kind: "fingerprints", fingerprints: [fingerprint] },
      credentials: { kind: "token", token: simulator.token },
    });

  it("reads with the right fingerprint", async () => {
    await using gateway = open(simulator.fingerprint);
    assert.equal((await gateway.inventory()).containers.length, 20);
  });

  it("sends nothing with a wrong one", async () => {
    simulator.control.forgetRequests();
    await using gateway = open(wrong);
    await assert.rejects(gateway.inventory(), { kind: "untrusted-certificate" });
    assert.deepEqual(simulator.control.requests(), []);
  });

  it("notices a certificate that is changed while it is open", async () => {
    await using gateway = open(simulator.fingerprint);
    await gateway.version();
    await simulator.control.changeCertificate();
    simulator.control.dropConnections();
    simulator.control.forgetRequests();
    await assert.rejects(gateway.version(), { kind: "untrusted-certificate" });
    assert.deepEqual(simulator.control.requests(), []);
    assert.notEqual((await presentedCertificate(simulator.url)).fingerprint, simulator.fingerprint);
  });
});
