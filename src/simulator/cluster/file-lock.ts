import type { Clock } from "../clock.js";
import { failure } from "../http/problem.js";

/** Seconds Proxmox waits for the lock file of a container. */
const patience = 10_000;

export interface HoldOptions {
  /** Hears when it has to wait and when it got it. */
  readonly onWait?: (text: "trying to acquire lock..." | " OK") => void;
  readonly signal?: AbortSignal;
  /** Milliseconds to wait instead of ten seconds. */
  readonly patience?: number;
  /** What is thrown once they have passed. */
  readonly refusal?: Error;
}

/** The lock files `/run/lock/lxc/pve-config-<vmid>.lock`: one holder at a time, the others queue, each for ten seconds. */
export class FileLocks<K = number> {
  private readonly queues = new Map<K, (() => void)[]>();

  constructor(private readonly clock: Clock) {}

  /** Runs `work` under the lock. */
  async hold<T>(vmid: K, work: () => Promise<T> | T, options: HoldOptions = {}): Promise<T> {
    if (this.queues.has(vmid)) {
      options.onWait?.("trying to acquire lock...");
      await this.turn(vmid, options);
      options.onWait?.(" OK");
    } else {
      this.queues.set(vmid, []);
    }
    try {
      return await work();
    } finally {
      this.pass(vmid);
    }
  }

  isHeld(vmid: K): boolean {
    return this.queues.has(vmid);
  }

  /** Takes the lock, as a process outside Proxmox's own would, until the answer is called. */
  take(vmid: K): Promise<() => void> {
    return new Promise((taken, refused) => {
      this.hold(
        vmid,
        () =>
          new Promise<void>((release) => {
            taken(release);
          }),
      ).catch(refused);
    });
  }

  private turn(vmid: K, { signal, patience: longest = patience, refusal }: HoldOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.queues.get(vmid) ?? [];
      const leave = () => {
        const at = queue.indexOf(enter);
        if (at !== -1) queue.splice(at, 1);
        signal?.removeEventListener("abort", onAbort);
      };
      const giveUp = this.clock.after(longest, () => {
        leave();
        reject(refusal ?? failure(`can't lock file '/run/lock/lxc/pve-config-${String(vmid)}.lock' - got timeout`));
      });
      const onAbort = () => {
        giveUp();
        leave();
        reject(failure("interrupted by signal"));
      };
      const enter = () => {
        giveUp();
        leave();
        resolve();
      };
      queue.push(enter);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  private pass(vmid: K): void {
    const next = this.queues.get(vmid)?.shift();
    if (next === undefined) this.queues.delete(vmid);
    else next();
  }
}
