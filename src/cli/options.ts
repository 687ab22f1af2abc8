import type { Format } from "./output.js";

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
