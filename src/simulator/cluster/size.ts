/** Sizes in volume strings: `size=1536M`. */
const units = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** `2G` → bytes; a bare number is bytes. Null for anything else. */
export function parseVolumeSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/u.exec(text);
  if (match === null) return null;
  const unit = match[2] as keyof typeof units | "";
  return Math.floor(Number(match[1]) * (unit === "" ? 1 : units[unit]));
}

/** Bytes → the largest unit that keeps the number whole. */
export function formatVolumeSize(bytes: number): string {
  for (const unit of ["T", "G", "M", "K"] as const) {
    if (bytes % units[unit] === 0 && bytes > 0) return `${bytes / units[unit]}${unit}`;
  }
  return String(bytes);
}

/** Size in a volume string such as `local:102/vm-102-disk-0.raw,size=2G`, bytes. */
export function volumeSize(volume: string): number {
  return parseVolumeSize(/(?:^|,)size=([^,]+)/u.exec(volume)?.[1] ?? "") ?? 0;
}

/** The same volume string with another size. */
export function withVolumeSize(volume: string, bytes: number): string {
  const size = `size=${formatVolumeSize(bytes)}`;
  return /(?:^|,)size=/u.test(volume) ? volume.replace(/size=[^,]+/u, size) : `${volume},${size}`;
}

/** What an ext4 of a size offers, bytes: measured 95 % on Proxmox's volumes. */
export function fileSystemSize(volumeBytes: number): number {
  return Math.floor((volumeBytes * 0.9506) / 4096) * 4096;
}
