import { describe, expect, it } from "vitest";
import { featureGaps, pveumLines, seesNothing } from "../../src/operate/index.js";

function permissions(entries: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(entries).map(([path, names]) => [path, new Set(names)]));
}

describe("featureGaps", () => {
  it("finds what is missing on some containers only", () => {
    const gaps = featureGaps(
      permissions({ "/vms/101": ["VM.Audit", "VM.Config.CPU", "VM.Config.Memory"], "/vms/102": ["VM.Audit"] }),
      [{ vmid: 101 }, { vmid: 102 }],
      [{ name: "pve1" }],
    );
    expect(gaps.map(({ feature, extent, where }) => [feature.id, extent, where])).toEqual([
      ["observe", "complete", []],
      ["resize", "some", ["102"]],
      ["disks", "none", ["101", "102"]],
      ["lease", "none", ["101", "102"]],
      ["nodes", "none", ["pve1"]],
      ["power", "none", ["101", "102"]],
    ]);
  });

  it("lets the nearest path decide", () => {
    const [observe] = featureGaps(
      permissions({ "/": ["VM.Audit"], "/vms/101": [] }),
      [{ vmid: 101 }, { vmid: 102 }],
      [],
    );
    expect(observe).toMatchObject({ extent: "some", where: ["101"] });
  });
});

describe("pveumLines", () => {
  it("gives a token and its user the role, and root none", () => {
    expect(pveumLines("me@pve!scale")).toEqual([
      'pveum role add LXCAutoscaler --privs "VM.Audit VM.Config.CPU VM.Config.Memory VM.Config.Disk Datastore.AllocateSpace VM.Config.Options Sys.Audit VM.PowerMgmt"',
      "pveum acl modify / --users me@pve --roles LXCAutoscaler",
      "pveum acl modify / --tokens 'me@pve!scale' --roles LXCAutoscaler",
    ]);
    expect(pveumLines("root@pam!scale").join("\n")).not.toContain("--users");
    expect(pveumLines("me@pve").join("\n")).not.toContain("--tokens");
  });
});

describe("seesNothing", () => {
  it("tells a user without rights from a cluster without containers", () => {
    expect(seesNothing(permissions({ "/access": [], "/nodes": ["Sys.Audit"] }))).toBe(true);
    expect(seesNothing(permissions({ "/": ["VM.Audit"] }))).toBe(false);
    expect(seesNothing(permissions({ "/vms/101": ["VM.Audit"] }))).toBe(false);
  });
});
