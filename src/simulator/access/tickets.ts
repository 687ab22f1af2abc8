import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds a ticket lives, and how far its time may lie in the future. */
const lifetime = 2 * 3600;
const tolerance = 300;

/** Signs and checks login tickets, the tickets of a half-finished login and the tokens against request forgery. */
export class Tickets {
  constructor(private readonly key: Buffer) {}

  /** `PVE:bob@pve:6B00BFB8::…` */
  issue(user: string, seconds: number): string {
    return this.assemble("PVE", user, seconds);
  }

  /** The user a ticket is for, or null. */
  userOf(ticket: string, seconds: number): string | null {
    const user = this.open("PVE", ticket, seconds);
    return user === null || user.startsWith("!") ? null : user;
  }

  /** The ticket that says only that the password was right; good for nothing but the second factor. */
  issueChallenge(user: string, seconds: number): string {
    return this.assemble("PVE", `!tfa!{"totp"%3Atrue}`, seconds, user);
  }

  isChallengeFor(user: string, ticket: string, seconds: number): boolean {
    return this.open("PVE", ticket, seconds, user) === `!tfa!{"totp"%3Atrue}`;
  }

  /** `6B00BFB8:…` */
  preventionToken(user: string, seconds: number): string {
    const time = hex(seconds);
    return `${time}:${this.sign(`csrf:${time}:${user}`).replace(/=+$/u, "")}`;
  }

  isPreventionToken(user: string, token: string, seconds: number): boolean {
    const time = /^([0-9A-F]{8}):/u.exec(token)?.[1];
    if (time === undefined || !inTime(time, seconds, 24 * 3600)) return false;
    return same(token, this.preventionToken(user, Number.parseInt(time, 16)));
  }

  private assemble(prefix: string, subject: string, seconds: number, secret = ""): string {
    const plain = `${prefix}:${subject}:${hex(seconds)}`;
    return `${plain}::${this.sign(`${plain}:${secret}`)}`;
  }

  private open(prefix: string, ticket: string, seconds: number, secret = ""): string | null {
    const match = /^(([^:]+):(.+):([0-9A-F]{8}))::(.+)$/u.exec(ticket);
    if (match === null) return null;
    const [, plain = "", found, subject = "", time = "", signature = ""] = match;
    if (found !== prefix || !inTime(time, seconds, lifetime)) return null;
    return same(signature, this.sign(`${plain}:${secret}`)) ? subject : null;
  }

  private sign(text: string): string {
    return createHmac("sha512", this.key).update(text).digest("base64");
  }
}

function inTime(time: string, seconds: number, age: number): boolean {
  const issued = Number.parseInt(time, 16);
  return issued > seconds - age && issued < seconds + tolerance;
}

function hex(seconds: number): string {
  return seconds.toString(16).toUpperCase().padStart(8, "0");
}

function same(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
