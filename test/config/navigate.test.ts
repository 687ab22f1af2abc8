import { describe, expect, it } from "vitest";
import { isAutoscalerFileName, keyPathAt, placeOf, schemaAt } from "../../src/config/index.js";
import { example, read } from "./example.js";

const { document } = read(example);

/** The path at a marked place of the example. */
function at(text: string, plus = 0): unknown {
  const offset = example.indexOf(text);
  if (offset === -1) throw new Error(text);
  const place = keyPathAt(document, offset + plus);
  return place === null ? null : [place.path.join("."), place.at];
}

describe("the place of an offset", () => {
  it.each([
    ["interval", 3, ["interval", "key"]],
    ["60s", 1, ["interval", "value"]],
    ["above: 80%", 0, ["defaults.cpu.scaleUp.above", "key"]],
    ["80%, for: 2m, step: 1", 0, ["defaults.cpu.scaleUp.above", "value"]],
    ["110-119", 2, ["policies.1.match.vmids.1", "value"]],
    ["snapshot", 0, ["groups.0.template.snapshot", "key"]],
    ["webhook", 0, ["notifications.0.type", "value"]],
  ])("%j is %o", (text, plus, expected) => {
    expect(at(text, plus)).toEqual(expected);
  });

  it("is inside of a map where no entry is", () => {
    expect(at("{ above: 80%", 1)).toEqual(["defaults.cpu.scaleUp", "inside"]);
  });

  it("is found from its path again", () => {
    const place = placeOf(document, ["policies", 0, "cpu", "max"]);
    expect(example.slice(place!.key!.start, place!.key!.end)).toBe("max");
    expect(example.slice(place!.value!.start, place!.value!.end)).toBe("12");
    expect(placeOf(document, ["policies", 9])).toBeNull();
    expect(placeOf(document, ["nowhere"])).toBeNull();
  });

  it("is there in a text that does not parse yet, too", () => {
    const text = "version: 1\ndefaults:\n  cpu:\n    scaleUp: { ab";
    const broken = read(text).document;
    expect(keyPathAt(broken, text.length)?.path.slice(0, 3)).toEqual(["defaults", "cpu", "scaleUp"]);
  });
});

describe("the schema at a path", () => {
  it("has what a hover shows", () => {
    expect(schemaAt(["defaults", "cpu", "scaleUp", "for"])).toMatchObject({
      type: "duration",
      default: "2m",
      examples: ["2m"],
      secret: false,
    });
    expect(schemaAt(["mode"])).toMatchObject({ type: "choice", default: "recommend" });
    expect(schemaAt(["mode"])!.choices.map(({ value }) => value)).toEqual(["recommend", "apply", "paused"]);
    expect(schemaAt(["policies", 3])).toMatchObject({ type: "map", required: ["match"] });
    expect(schemaAt(["connection", "token"])).toMatchObject({ secret: true });
    expect(schemaAt(["connection", "verifyTls"])).toMatchObject({ deprecated: true });
    expect(schemaAt(["nowhere"])).toBeNull();
    expect(schemaAt(["mode", "deeper"])).toBeNull();
  });

  it("depends on the type of a notification where the document says it", () => {
    expect(schemaAt(["notifications", 0], document)!.properties).toEqual(["type", "url", "events", "secret"]);
    expect(schemaAt(["notifications", 0])!.properties).toContain("server");
    expect(schemaAt(["notifications", 0, "type"])!.choices.map(({ value }) => value)).toEqual([
      "webhook",
      "gotify",
      "uptime-kuma",
      "email",
    ]);
  });
});

describe("names of autoscaler files", () => {
  it.each([
    ["autoscaler.yaml", true],
    ["autoscaler.yml", true],
    ["site.autoscaler.yaml", true],
    ["/etc/lxc/a.b.autoscaler.yml", true],
    ["C:\\lab\\autoscaler.yaml", true],
    ["autoscaler.json", false],
    ["my-autoscaler.yaml", false],
    ["autoscaler.yaml.bak", false],
    ["autoscaler", false],
  ])("%s: %s", (name, expected) => {
    expect(isAutoscalerFileName(name)).toBe(expected);
  });
});
