import type { Guest } from "../cluster/guest.js";
import type { Route } from "./route.js";
import { guestOf, needs } from "./route.js";

const loopback = {
  name: "lo",
  hwaddr: "00:00:00:00:00:00",
  "hardware-address": "00:00:00:00:00:00",
  inet: "127.0.0.1/8",
  inet6: "::1/128",
  "ip-addresses": [
    { "ip-address": "127.0.0.1", prefix: "8", "ip-address-type": "inet" },
    { "ip-address": "::1", prefix: "128", "ip-address-type": "inet6" },
  ],
};

/** The loopback and every configured interface; what DHCP gives follows from the id. */
function interfacesOf(guest: Guest): Record<string, unknown>[] {
  const configured = [...guest.configuration.current].filter(([key]) => /^net\d+$/u.test(key));
  return [
    loopback,
    ...configured.map(([, value]) => {
      const parts = new Map(value.split(",").map((part) => part.split("=", 2) as [string, string]));
      const hardware = (parts.get("hwaddr") ?? "00:00:00:00:00:00").toLowerCase();
      const given = parts.get("ip");
      const inet =
        given?.includes("/") === true
          ? given
          : `10.10.${20 + Math.floor(guest.vmid / 250)}.${(guest.vmid % 250) + 1}/16`;
      const inet6 = `${linkLocal(hardware)}/64`;
      return {
        name: parts.get("name") ?? "eth0",
        hwaddr: hardware,
        "hardware-address": hardware,
        inet,
        inet6,
        "ip-addresses": [
          { "ip-address": inet.split("/")[0], prefix: inet.split("/")[1], "ip-address-type": "inet" },
          { "ip-address": inet6.split("/")[0], prefix: "64", "ip-address-type": "inet6" },
        ],
      };
    }),
  ];
}

/** The address that follows from a hardware address (EUI-64): `bc:24:11:43:c2:df` → `fe80::be24:11ff:fe43:c2df`. */
function linkLocal(hardware: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = hardware.split(":").map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${groups.map((group) => group.toString(16)).join(":")}`;
}

/** Addresses of a running container. */
export const interfaceRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/nodes/{node}/lxc/{vmid}/interfaces",
    permission: needs("/vms/{vmid}", "VM.Audit"),
    protected: true,
    handle: (call) => {
      const guest = guestOf(call);
      return guest.running ? interfacesOf(guest) : null;
    },
  },
];
