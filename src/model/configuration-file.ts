/**
 * The options of a configuration file as Proxmox names them (`memory`, `net0`, …), each value as the file has it; the
 * description without the line break at its end. The digest is not among them.
 */
export type ConfigurationValues = Readonly<Record<string, string>>;
