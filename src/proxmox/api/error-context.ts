/** What a request was about, for the sentence its failure becomes. */
export interface ErrorContext {
  /** In words, as they follow “Could not”: `read the inventory`. */
  readonly attempted: string;
  /** `host:port`. */
  readonly endpoint: string;
  /** A lost answer to a write leaves its outcome unknown. */
  readonly write: boolean;
  /** The node whose own daemon had to answer. */
  readonly node?: string;
  /** Who asks, without secrets: `root@pam!full`, `root@pam`. */
  readonly identity?: string;
  /** What must not stand in a message. */
  readonly secrets?: readonly string[];
  /** Fingerprints that would be accepted. */
  readonly trusted?: readonly string[];
}
