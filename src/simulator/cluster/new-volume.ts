import { parseVolumeSize } from "./size.js";

/** A disk that is to be made. */
export interface NewVolume {
  readonly storage: string;
  readonly bytes: number;
  /** The rest of its value, with the comma before it. */
  readonly options: string;
}

/** A disk asked for as `storage:4` (GiB); null for a volume there is. */
export function newVolume(value: string): NewVolume | null {
  const match = /^(?:volume=)?([A-Za-z][A-Za-z0-9_.-]*):(\d+(?:\.\d+)?)((?:,.*)?)$/u.exec(value);
  if (match === null) return null;
  const [, storage = "", gibibytes = "", options = ""] = match;
  const bytes = Math.ceil((parseVolumeSize(`${gibibytes}G`) ?? 0) / 1024) * 1024;
  return { storage, bytes, options: options.replace(/,size=[^,]+/u, "") };
}
