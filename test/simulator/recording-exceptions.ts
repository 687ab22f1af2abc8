interface Exception {
  /** `skip`: not sent at all. `body`: status and reason are compared, the body is not. */
  readonly leave: "skip" | "body";
  readonly why: string;
}

/** Recorded requests that the simulator answers differently, each with its reason. */
export const exceptions: Readonly<Record<string, Exception>> = {
  "pve9-http-2.txt rrddata-max": {
    leave: "body",
    why: "there the container had not run for a minute, before the first recorded request",
  },
};
