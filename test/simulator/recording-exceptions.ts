interface Exception {
  /** `skip`: not sent at all. `body`: status and reason are compared, the body is not. */
  readonly leave: "skip" | "body";
  readonly why: string;
}

const young = "there the containers were minutes old, here they have days of history";
const later = (what: string): Exception => ({ leave: "skip", why: `${what} is not simulated yet` });

/** Recorded requests that the simulator answers differently, each with its reason. */
export const exceptions: Readonly<Record<string, Exception>> = {
  "pve9-http-1.txt clone-bob": later("cloning"),
  "pve9-http-1.txt clone-exists": later("cloning"),
  "pve9-http-1.txt clone-running": later("cloning"),
  "pve9-http-1.txt migrate-bad": later("migration"),
  "pve9-http-1.txt migrate-get": later("migration"),
  "pve9-http-1.txt rrddata": { leave: "body", why: young },
  "pve9-http-1.txt storage-content": later("the content of storages"),
  "pve9-http-2.txt rrddata-now": { leave: "body", why: young },
  "pve9-http-2.txt rrddata-max": { leave: "body", why: young },
  "pve9-http-2.txt rrddata-node": { leave: "body", why: young },
  "pve9-http-2.txt metrics-export": later("the export of metrics"),
  "pve9-http-4.txt create-then-resources": later("creating containers"),
  "pve9-http-4.txt resources-fresh": { leave: "body", why: "it lists two containers that were created meanwhile" },
  "pve9-http-4.txt destroy-fresh": later("destroying containers"),
};
