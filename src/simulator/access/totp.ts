import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const period = 30;

/** The six digits of a second factor at a time (RFC 6238: HMAC-SHA-1, 30 s). `secret` is base32. */
export function totp(secret: string, seconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / period)));
  const digest = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (digest[digest.length - 1] ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** True for the digits of now and of one period before and after. */
export function isTotp(secret: string, digits: string, seconds: number): boolean {
  return [-period, 0, period].some((shift) => totp(secret, seconds + shift) === digits);
}

function decodeBase32(text: string): Buffer {
  const bits = Array.from(text.toUpperCase().replace(/=+$/u, ""), (letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  return Buffer.from((bits.match(/.{8}/gu) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
