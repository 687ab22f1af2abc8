import schema from "../../schemas/autoscaler.schema.json" with { type: "json" };

/** The part of JSON Schema 2020-12 that the autoscaler file's schema uses. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly "x-kind"?: string;
  readonly "x-unit"?: string;
  readonly "x-minimum"?: string;
  readonly "x-maximum"?: string;
  readonly "x-secret"?: boolean;
  readonly "x-deferred"?: boolean;
  readonly "x-replacedBy"?: string;
  readonly "x-choices"?: Readonly<Record<string, string>>;
  readonly "x-discriminator"?: string;
}

interface Described {
  readonly description: string;
  readonly default: unknown;
  readonly examples: readonly unknown[];
  /** The key to use instead, where this one is deprecated. */
  readonly replacedBy: string | null;
}

/** A map with fixed keys, or with keys of one form. */
export interface MapShape extends Described {
  readonly kind: "map";
  readonly properties: ReadonlyMap<string, Shape>;
  /** What stands under keys of a form, such as `mp0`; `null`: there are none beside `properties`. */
  readonly pattern: { readonly keys: RegExp; readonly shape: Shape } | null;
  readonly required: readonly string[];
  /** An empty one means nothing: a `match`. */
  readonly isMatch: boolean;
}

export interface ListShape extends Described {
  readonly kind: "list";
  readonly item: Shape;
  readonly minItems: number;
  /** One entry may stand without brackets. */
  readonly single: boolean;
}

/** A map whose keys depend on the value of one of them. */
export interface VariantShape extends Described {
  readonly kind: "variant";
  readonly discriminator: string;
  readonly variants: ReadonlyMap<string, MapShape>;
}

export interface ScalarShape extends Described {
  readonly kind: "scalar";
  /** Names the reader of its text. */
  readonly scalar: string;
  /** Value → what it means, where only some values are possible. */
  readonly choices: ReadonlyMap<string, string>;
  readonly minimum: number | string | null;
  readonly maximum: number | string | null;
  /** The minimum itself is not allowed. */
  readonly exclusive: boolean;
  readonly unit: string | null;
  readonly secret: boolean;
  /** References stay in the value until the moment of use. */
  readonly deferred: boolean;
}

/** What may stand at a place of the file: the schema, read once and ready to walk. */
export type Shape = MapShape | ListShape | VariantShape | ScalarShape;

const definitions = (schema as unknown as { readonly $defs: Readonly<Record<string, SchemaNode>> }).$defs;

/** Lays what stands beside a `$ref` over what it points to. */
function resolve(node: SchemaNode): SchemaNode {
  const { $ref, ...beside } = node;
  if ($ref === undefined) return node;
  const target = definitions[$ref.replace("#/$defs/", "")];
  if (target === undefined) throw new Error(`The schema refers to ${$ref}, which it does not define.`);
  return { ...resolve(target), ...beside };
}

function compileMap(node: SchemaNode, described: Described): MapShape {
  const properties = new Map<string, Shape>();
  for (const [key, child] of Object.entries(node.properties ?? {})) properties.set(key, compile(child));
  const [form] = Object.entries(node.patternProperties ?? {});
  const pattern = form === undefined ? null : { keys: new RegExp(form[0], "u"), shape: compile(form[1]) };
  const required = node.required ?? [];
  return { kind: "map", ...described, properties, pattern, required, isMatch: node.minProperties === 1 };
}

function compileScalar(node: SchemaNode, described: Described): ScalarShape {
  const listed = node.enum ?? node.anyOf?.find((alternative) => alternative.enum !== undefined)?.enum;
  const words = listed ?? (typeof node.const === "string" ? [node.const] : []);
  const choices = new Map(words.map((word) => [word, node["x-choices"]?.[word] ?? ""]));
  return {
    kind: "scalar",
    ...described,
    scalar: node["x-kind"] ?? (choices.size > 0 ? "choice" : "text"),
    choices,
    minimum: node["x-minimum"] ?? node.exclusiveMinimum ?? node.minimum ?? null,
    maximum: node["x-maximum"] ?? node.maximum ?? null,
    exclusive: node.exclusiveMinimum !== undefined,
    unit: node["x-unit"] ?? null,
    secret: node["x-secret"] === true,
    deferred: node["x-deferred"] === true || node["x-secret"] === true,
  };
}

function compile(unresolved: SchemaNode): Shape {
  const node = resolve(unresolved);
  const described: Described = {
    description: node.description ?? "",
    default: node.default,
    examples: node.examples ?? [],
    replacedBy: node.deprecated === true ? (node["x-replacedBy"] ?? "") : null,
  };
  if (node["x-discriminator"] !== undefined) {
    const variants = new Map<string, MapShape>();
    for (const alternative of node.oneOf ?? []) {
      const variant = compile(alternative);
      if (variant.kind === "map") variants.set(alternative.title ?? "", variant);
    }
    return { kind: "variant", ...described, discriminator: node["x-discriminator"], variants };
  }
  if (node["x-kind"] === "one-or-more") {
    const list = node.anyOf?.find((alternative) => alternative.items !== undefined);
    const item = compile(list?.items ?? {});
    return { kind: "list", ...described, item, minItems: list?.minItems ?? 0, single: true };
  }
  if (node.type === "object") return compileMap(node, described);
  if (node.type === "array") {
    return { kind: "list", ...described, item: compile(node.items ?? {}), minItems: node.minItems ?? 0, single: false };
  }
  return compileScalar(node, described);
}

let root: MapShape | null = null;

/** The shape of a whole autoscaler file. */
export function fileShape(): MapShape {
  if (root === null) {
    const compiled = compile(schema);
    if (compiled.kind !== "map") throw new Error("The schema does not describe a map.");
    root = compiled;
  }
  return root;
}

/** What stands under a key of a map; `null` where it is not known there. */
export function propertyOf({ properties, pattern }: MapShape, key: string): Shape | null {
  return properties.get(key) ?? (pattern?.keys.test(key) === true ? pattern.shape : null);
}

/** The shape under one key or entry of another. `chosen` is the value of the discriminator of a variant, where it is known. */
export function childShape(shape: Shape, step: string | number, chosen?: string): Shape | null {
  switch (shape.kind) {
    case "map":
      return typeof step === "string" ? propertyOf(shape, step) : null;
    case "list":
      if (typeof step === "number") return shape.item;
      return shape.single ? childShape(shape.item, step) : null;
    case "variant": {
      if (typeof step !== "string") return null;
      const variant = shape.variants.get(chosen ?? "");
      if (variant !== undefined) return variant.properties.get(step) ?? null;
      for (const candidate of shape.variants.values()) {
        const found = candidate.properties.get(step);
        if (found !== undefined) return found;
      }
      return null;
    }
    case "scalar":
      return null;
  }
}
