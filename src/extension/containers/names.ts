import type { Container } from "../../model/index.js";

/** `web-1 (101)`. */
export function containerName({ name, vmid }: Pick<Container, "name" | "vmid">): string {
  return name === "" ? `CT ${vmid}` : `${name} (${vmid})`;
}
