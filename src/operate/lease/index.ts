export { formatLease, leaseIn, withLease, withoutLease, type LeaseMark } from "./line.js";
export { NotesLease, standingLease, type NotesLeaseOptions, type StandingLease } from "./notes-lease.js";
