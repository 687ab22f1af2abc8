import type { Trust } from "../connection.js";
import { ProxmoxError } from "../errors.js";
import type { RequestOptions } from "../request-options.js";
import { ApiClient } from "./client.js";
import { recordOf, textOf } from "./numbers.js";
import { apiOf, part } from "./proxy.js";

export interface NewToken {
  readonly endpoint: string;
  readonly trust: Trust;
  /** `root@pam`. */
  readonly user: string;
  readonly password: string;
  /** A second factor, where the user has one. */
  readonly otp?: string;
  /** At least two characters, a letter first. */
  readonly tokenName: string;
  /** True: the token has nothing but what it is given itself. */
  readonly privilegeSeparation: boolean;
}

/**
 * Logs in with a password and makes an API token for that user, once. The secret is in the answer alone and can't be
 * read again. Rejects with {@link ProxmoxError}; `invalid-parameter` where a token of that name exists.
 */
export async function createToken(
  options: NewToken,
  request: RequestOptions = {},
): Promise<{ readonly token: string }> {
  const { endpoint, trust, user, password, otp, tokenName } = options;
  if (!/^[A-Za-z][\w.-]+$/u.test(tokenName)) {
    throw new ProxmoxError(
      "invalid-parameter",
      `“${tokenName}” can't name a token: at least two letters, digits, dots, hyphens or underscores, a letter first.`,
    );
  }
  const credentials = { kind: "password", user, password, ...(otp !== undefined && { otp }) } as const;
  await using client = new ApiClient({ endpoints: [endpoint], trust, credentials });
  const attempted = `make the token ${user}!${tokenName}`;
  const data: unknown = await apiOf(client, attempted, { signal: request.signal })
    .access.users.$(part(user))
    .token.$(part(tokenName))
    .$post({ privsep: options.privilegeSeparation, comment: "LXC Autoscaler" });
  const id = textOf(recordOf(data)["full-tokenid"]);
  const secret = textOf(recordOf(data)["value"]);
  if (id !== null && secret !== null) return { token: `${id}=${secret}` };
  throw new ProxmoxError(
    "outcome-unknown",
    `Could not ${attempted}: Proxmox answered without its secret. Remove it, and make it again.`,
    {
      attempted,
      endpoint: client.endpoint.name,
    },
  );
}
