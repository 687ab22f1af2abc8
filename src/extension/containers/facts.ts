import type { Container } from "../../model/index.js";

/** What is known of the containers of one cluster from elsewhere than its inventory. */
export interface Facts {
  /** The policy in force; `null`: the file does not manage it, `undefined`: there is no file to ask. */
  readonly policyOf: (container: Container) => string | null | undefined;
  readonly isFavourite: (vmid: number) => boolean;
  /** The plan would change it. */
  readonly isChanging: (vmid: number) => boolean;
}

export const noFacts: Facts = {
  policyOf: () => undefined,
  isFavourite: () => false,
  isChanging: () => false,
};
