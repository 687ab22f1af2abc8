import type { AutoscalerConfig } from "../../config/index.js";
import type { Finding, Inventory } from "../../model/index.js";

/** Where a loop's configuration comes from, and may come from anew while it runs. */
export interface ConfigurationSource {
  /** The one in force. */
  readonly config: AutoscalerConfig;
  /** Looks whether what it was read from has changed; with `force` it is read in any case. `null`: nothing has. */
  readonly refresh: (force: boolean) => Promise<ConfigurationChange | null>;
}

export type ConfigurationChange =
  | {
      readonly kind: "accepted";
      readonly config: AutoscalerConfig;
      /** What a person should know of it, such as that a part needs a restart. */
      readonly notes: readonly string[];
    }
  /** The old one stays. Told once for each change of the file. */
  | { readonly kind: "rejected"; readonly error: string; readonly findings: readonly Finding[] };

/** The right to write to a cluster, which one program has at a time. */
export interface Lease {
  /** Takes or renews it; `null` where it is held, else why it isn't, as a sentence. */
  readonly hold: (config: AutoscalerConfig, inventory: Inventory, now: number) => Promise<string | null>;
  /** Gives it back, so that the next need not wait for it to run out. */
  readonly release: () => Promise<void>;
}
