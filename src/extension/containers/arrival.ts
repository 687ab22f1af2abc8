import type { Container } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import { ProblemError } from "../base/problem.js";

/** How {@link arrival} finds out. */
export interface Lookout {
  /** The container as it is now; `undefined`: not to be seen at present. */
  readonly look: () => Promise<Container | undefined>;
  /** Rejects where nobody waits any more. */
  readonly wait: (seconds: number) => Promise<unknown>;
}

/** So often it is looked, and so many times: ten minutes. */
const everySeconds = 3;
const looks = 200;

/**
 * Waits until high availability has moved a container: its task only asks for that and ends at once, and what counts is where
 * the container is. Rejects with {@link ProblemError} where it has failed, or has not done it in ten minutes.
 */
export async function arrival(to: string, { look, wait }: Lookout): Promise<void> {
  let last: Container | undefined;
  for (let count = 0; count < looks; count += 1) {
    last = (await look()) ?? last;
    if (last?.node === to && last.lock === null) return;
    if (last?.haState === "error") break;
    await wait(everySeconds);
  }
  const why =
    last?.haState === "error"
      ? l10n.t("high availability says “{0}”", "error")
      : l10n.t("high availability has not moved it yet");
  throw new ProblemError({ kind: "failed", sentence: l10n.t("It is on {0}: {1}.", last?.node ?? "?", why) });
}
