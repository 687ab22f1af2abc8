import type { Credentials } from "../connection.js";
import { ProxmoxError } from "../errors.js";
import type { Clock } from "./clock.js";
import { flagOf, recordOf, textOf } from "./numbers.js";
import { apiTokenOf } from "./options.js";

/** Proves who asks. */
export interface Session extends Disposable {
  /** Who that is, without secrets: `root@pam!full` or `root@pam`. */
  readonly identity: string;
  /** Everything that must not stand in a message. */
  secrets(): readonly string[];
  /** Headers for the next request; logs in or renews first where that is due. */
  headers(write: boolean): Promise<Readonly<Record<string, string>>>;
  /** Tells that Proxmox did not accept the last headers. True where a new login may help. */
  rejected(): boolean;
}

/** Sends `POST /access/ticket` with these fields, once, and gives the `data` of its answer. */
export type Login = (fields: Readonly<Record<string, string>>) => Promise<unknown>;

export function openSession(credentials: Credentials, login: Login, clock: Clock): Session {
  return credentials.kind === "token" ? tokenSession(credentials.token) : new TicketSession(credentials, login, clock);
}

function tokenSession(text: string): Session {
  const { id, secret } = apiTokenOf(text);
  const headers = { authorization: `PVEAPIToken=${id}=${secret}` };
  return {
    identity: id,
    secrets: () => [secret],
    headers: () => Promise.resolve(headers),
    rejected: () => false,
    [Symbol.dispose]: () => undefined,
  };
}

interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

/** Proxmox's tickets live for two hours; renewed at half of it, also while nothing is asked. */
const ticketLife = 2 * 60 * 60 * 1000;
const renewAfter = ticketLife / 2;
/** A renewal that failed is tried again this much later. */
const renewAgainAfter = 5 * 60 * 1000;

class TicketSession implements Session {
  readonly identity: string;
  readonly #password: string;
  readonly #login: Login;
  readonly #clock: Clock;
  /** Answers one second factor, then it is used up. */
  #otp: string | undefined;
  readonly #usedOtp: string | undefined;
  #ticket: Ticket | null = null;
  #pending: Promise<Ticket> | null = null;
  #stopTimer: (() => void) | null = null;
  #disposed = false;

  constructor(credentials: Extract<Credentials, { kind: "password" }>, login: Login, clock: Clock) {
    if (!/^[^\s:/]+@[A-Za-z][\w.-]*$/u.test(credentials.user)) {
      throw new ProxmoxError(
        "not-authenticated",
        "The user has no realm: it is written with it, such as root@pam or me@pve.",
      );
    }
    this.identity = credentials.user;
    this.#password = credentials.password;
    this.#otp = credentials.otp;
    this.#usedOtp = credentials.otp;
    this.#login = login;
    this.#clock = clock;
  }

  secrets(): readonly string[] {
    return [this.#password, this.#usedOtp, this.#ticket?.ticket, this.#ticket?.csrf].filter(
      (secret): secret is string => secret !== undefined && secret !== "",
    );
  }

  async headers(write: boolean): Promise<Readonly<Record<string, string>>> {
    const { ticket, csrf } = await this.#valid();
    return {
      cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
      ...(write && { CSRFPreventionToken: csrf }),
    };
  }

  rejected(): boolean {
    this.#ticket = null;
    // Where a second factor was asked for, the code is used up and a person has to come back.
    return this.#usedOtp === undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#stopTimer?.();
    this.#ticket = null;
  }

  /** A ticket that will live through the next request. Requests at the same time share one login. */
  #valid(): Promise<Ticket> {
    const known = this.#ticket;
    if (known !== null && this.#clock.now() - known.issuedAt < renewAfter) return Promise.resolve(known);
    this.#pending ??= this.#issue().finally(() => (this.#pending = null));
    return this.#pending;
  }

  async #issue(): Promise<Ticket> {
    const known = this.#ticket;
    const alive = known !== null && this.#clock.now() - known.issuedAt < ticketLife;
    const ticket = alive ? await this.#renew(known) : await this.#logIn();
    this.#ticket = ticket;
    this.#schedule(renewAfter);
    return ticket;
  }

  /** A living ticket stands in for the password, and needs no second factor. */
  async #renew(known: Ticket): Promise<Ticket> {
    try {
      return this.#read(await this.#login({ username: this.identity, password: known.ticket }));
    } catch (error) {
      if (error instanceof ProxmoxError && error.kind === "not-authenticated") return await this.#logIn();
      throw error;
    }
  }

  async #logIn(): Promise<Ticket> {
    const first = await this.#login({ username: this.identity, password: this.#password });
    const challenge = recordOf(first);
    if (!flagOf(challenge["NeedTFA"])) return this.#read(first);
    const otp = this.#otp;
    if (otp === undefined) {
      throw new ProxmoxError(
        "not-authenticated",
        `${this.identity} has a second factor: ${this.#usedOtp === undefined ? "a one-time code is needed" : "the one-time code has been used, give a new one"}. An API token needs none.`,
      );
    }
    this.#otp = undefined;
    return this.#read(
      await this.#login({
        username: this.identity,
        password: /^[a-z]+:/u.test(otp) ? otp : `totp:${otp}`,
        "tfa-challenge": textOf(challenge["ticket"]) ?? "",
      }),
    );
  }

  #read(data: unknown): Ticket {
    const fields = recordOf(data);
    const ticket = textOf(fields["ticket"]);
    const csrf = textOf(fields["CSRFPreventionToken"]);
    if (ticket === null || csrf === null) {
      throw new ProxmoxError("not-authenticated", `Proxmox let ${this.identity} in but gave no ticket.`);
    }
    return { ticket, csrf, issuedAt: this.#clock.now() };
  }

  /** Renews in time even while nobody asks: a ticket that died can't be renewed, and a second factor not repeated. */
  #schedule(delay: number): void {
    this.#stopTimer?.();
    if (this.#disposed) return;
    this.#stopTimer = this.#clock.after(delay, () => {
      // Whoever asks next gets the error, if there still is one.
      this.#valid().catch(() => this.#schedule(renewAgainAfter));
    });
  }
}
