const digits = (value: number) => String(value).padStart(2, "0");

/** `2026-11-21 03:37:40`, in UTC, of milliseconds since the epoch. */
export function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}

/** `2026_11_21-03_37_40`: the time in the name of a backup. */
export function fileTime(milliseconds: number): string {
  return clockTime(milliseconds).replaceAll(/[-:]/gu, "_").replace(" ", "-");
}

/** `00:01:10` of seconds. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(digits).join(":");
}

/** `153MiB`, or `2.5MiB` where it is few, as tar says it. */
export function tarSize(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  if (mebibytes < 1024) return mebibytes < 10 ? `${mebibytes.toFixed(1)}MiB` : `${Math.round(mebibytes)}MiB`;
  const gibibytes = mebibytes / 1024;
  return gibibytes < 10 ? `${gibibytes.toFixed(1)}GiB` : `${Math.round(gibibytes)}GiB`;
}

/** `151MB`, as vzdump says the size of an archive. */
export function archiveSize(bytes: number): string {
  const mebibytes = Math.floor(bytes / 1024 ** 2);
  return mebibytes > 1024 ? `${(mebibytes / 1024).toFixed(2)}GB` : `${mebibytes}MB`;
}
