import type { Clock } from "../clock.js";

/** What is asked of a container that the cluster watches over. */
export type RequestedState = "started" | "stopped" | "disabled" | "ignored";

/** A container under high availability. */
export interface ManagedGuest {
  readonly vmid: number;
  requested: RequestedState;
  /** What the manager of the cluster made of it; null until it has looked, some ten seconds after. */
  state: string | null;
  comment: string | null;
  maxRestart: number;
  maxRelocate: number;
}

/** Milliseconds from a request to what is done about it: a round of the manager and one of the node. */
export const managerDelay = 12_000;

/** The containers under high availability. What is asked of one is done by the manager, later and as root@pam. */
export class HighAvailability {
  readonly guests = new Map<number, ManagedGuest>();

  constructor(private readonly clock: Clock) {}

  add(guest: Omit<ManagedGuest, "state">): ManagedGuest {
    const managed: ManagedGuest = { ...guest, state: null };
    this.guests.set(guest.vmid, managed);
    return managed;
  }

  of(vmid: number): ManagedGuest | null {
    return this.guests.get(vmid) ?? null;
  }

  /** Calls back when the manager gets to it, unless the container is under it no more. */
  later(vmid: number, act: (managed: ManagedGuest) => void): void {
    this.clock.after(managerDelay, () => {
      const managed = this.of(vmid);
      if (managed !== null) act(managed);
    });
  }
}
