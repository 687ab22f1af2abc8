/**
 * Recorded requests that the simulator answers differently, each with its reason. `skip`: not sent at all;
 * `body`: status and reason are compared, the body is not.
 */
export const exceptions: Readonly<Record<string, { readonly leave: "skip" | "body"; readonly why: string }>> = {};
