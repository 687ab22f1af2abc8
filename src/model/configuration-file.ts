/**
 * The options of a configuration file as Proxmox names them (`memory`, `net0`, …), each value as the file has it; the
 * description without the line break at its end. The digest is not among them.
 */
export type ConfigurationValues = Readonly<Record<string, string>>;

/** A configuration as it is in force, and what waits for a restart of the container. */
export interface ConfigurationDocument {
  readonly current: ConfigurationValues;
  /** New values that take effect with the next start. */
  readonly pending: ConfigurationValues;
  /** Options that go with the next start. */
  readonly pendingRemoval: readonly string[];
  /** Of the file; a write under it is refused once somebody has changed the file. */
  readonly digest: string;
}

/** Parts of a value such as `name=eth0,bridge=vmbr0`, in their order. A part without a key has `defaultKey`. */
export function propertiesOf(value: string, defaultKey: string | null): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const part of value.split(",")) {
    const at = part.indexOf("=");
    const key = at === -1 ? "" : part.slice(0, at);
    // The volume itself may stand without its key, and then has no `=` before its first `/` or `:`.
    const isNamed = at > 0 && /^[a-z][a-z0-9_-]*$/iu.test(key);
    if (isNamed) properties.set(key, part.slice(at + 1));
    else if (part !== "") properties.set(defaultKey ?? part, defaultKey === null ? "" : part);
  }
  return properties;
}

/** The reverse of {@link propertiesOf}: the part of the default key first and without it. */
export function propertyString(properties: ReadonlyMap<string, string>, defaultKey: string | null): string {
  const named = [...properties].filter(([key]) => key !== defaultKey).map(([key, value]) => `${key}=${value}`);
  const first = defaultKey === null ? undefined : properties.get(defaultKey);
  return [...(first === undefined ? [] : [first]), ...named].join(",");
}
