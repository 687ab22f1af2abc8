import type { Format, Output } from "./output.js";
import type { Surroundings } from "./surroundings.js";

/** The options that all commands share, as commander hands them over. */
export interface SharedOptions {
  readonly format: Format;
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  /** Each may be several with commas between. */
  readonly fingerprint?: readonly string[];
  readonly ca?: string;
  readonly ssh?: string;
  readonly sshKey?: string;
  readonly sshHostKey?: string;
  readonly transport?: string;
  readonly timeout?: string;
  readonly state?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The words of `simulate`; the shared `--state` is for it the folder of the simulated cluster. */
export interface SimulateOptions {
  readonly nodes: string;
  readonly containers: string;
  readonly seed: string;
  readonly speed: string;
  readonly scenario?: string;
  readonly listen: string;
  readonly sshListen?: string;
  readonly pve: string;
}

/** What every command gets. */
export interface CommandContext {
  readonly surroundings: Surroundings;
  readonly output: Output;
  readonly options: SharedOptions;
}
