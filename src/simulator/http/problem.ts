/**
 * An answer other than 200, in the words Proxmox uses. Whoever notices what is wrong throws it;
 * the exchange puts the message into the reason phrase and the body.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: {
      /** Parameter → what is wrong with it. */
      readonly errors?: Readonly<Record<string, string>>;
      /** `json` (the usual), `empty` (only the reason phrase), `plain` (the text as it is). */
      readonly body?: "json" | "empty" | "plain";
      /** Proxmox's own handlers end their messages with a line break; its dispatcher doesn't. */
      readonly lineBreak?: boolean;
    } = {},
  ) {
    super(message);
  }
}

/** What a handler `die`s with: 500, whatever it is. There is no 404 and no 409. */
export function failure(message: string): Problem {
  return new Problem(500, message);
}

/** 400 with the parameters that are wrong. */
export function badParameters(errors: Readonly<Record<string, string>>): Problem {
  return new Problem(400, "Parameter verification failed.", { errors });
}

/** 403; `what` is `/vms/101, VM.Audit` or the sentence of a rule. */
export function forbidden(what?: string): Problem {
  return new Problem(403, what === undefined ? "Permission check failed" : `Permission check failed (${what})`);
}

/** 401 with nothing but a reason phrase. */
export function unauthenticated(reason: string): Problem {
  return new Problem(401, reason, { body: "empty" });
}
