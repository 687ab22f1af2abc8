import { randomUUID } from "node:crypto";

/** A hardware address below Proxmox's prefix. */
export function newHardwareAddress(): string {
  const tail = randomUUID().replaceAll("-", "").slice(0, 6).toUpperCase();
  return `BC:24:11:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4, 6)}`;
}
