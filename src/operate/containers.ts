/** `101 (web-1)`. */
export function containerLabel(container: { readonly vmid: number; readonly name: string }): string {
  return container.name === "" ? String(container.vmid) : `${container.vmid} (${container.name})`;
}
