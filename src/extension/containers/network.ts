import { propertiesOf, type ConfigurationValues } from "../../model/index.js";

/** A network interface as the configuration has it. */
export interface Interface {
  /** `net0` */
  readonly key: string;
  /** `eth0` */
  readonly name: string;
  readonly bridge: string | null;
  readonly vlan: string | null;
  /** As they are set: an address with its prefix, `dhcp`, `auto` (IPv6 by router advertisements), `manual`. */
  readonly addresses: readonly string[];
}

/** The network interfaces of a configuration, by number. What DHCP gave out is not in it. */
export function interfacesOf(values: ConfigurationValues): readonly Interface[] {
  return Object.entries(values)
    .filter(([key]) => /^net\d+$/u.test(key))
    .sort(([a], [b]) => Number(a.slice(3)) - Number(b.slice(3)))
    .map(([key, value]) => {
      const properties = propertiesOf(value, null);
      return {
        key,
        name: properties.get("name") ?? key,
        bridge: properties.get("bridge") ?? null,
        vlan: properties.get("tag") ?? null,
        addresses: [properties.get("ip"), properties.get("ip6")].filter((address) => address !== undefined),
      };
    });
}

/** The addresses that are set for good, without their prefixes. */
export function fixedAddresses(values: ConfigurationValues): readonly string[] {
  return interfacesOf(values)
    .flatMap(({ addresses }) => addresses)
    .filter((address) => address.includes("/"))
    .map((address) => address.split("/", 1)[0] ?? address);
}
