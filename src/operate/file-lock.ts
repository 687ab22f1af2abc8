import { readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { isGone, thisProcess, type ProcessMark } from "./process-mark.js";

/** After this long without a sign of life a lock is taken over, whoever held it. */
const staleAfter = 10_000;
/** A lock without the name of its holder is nobody's after this long. */
const namelessAfter = 3000;
/** Longer than that, so that a lock whose holder can't be asked for is waited out. */
const patience = 15_000;

/** Who holds a lock, beside it in `<lock>.holder`, and which lock: a later one of the same name is another. */
interface Holder {
  readonly by: ProcessMark;
  readonly identity: string;
}

/** A lock that is held. */
export interface HeldLock {
  /** False once somebody may have taken it over, because this program was stopped for too long. */
  isHeld(): boolean;
  release(): Promise<void>;
}

/**
 * Takes the lock `path`, a folder that exists while it is held. Waits for another holder; the lock
 * of a program that was killed is taken over at once where that can be known, and after ten seconds otherwise.
 * Rejects with `ELOCKED` where another one holds it for too long, and with what the file system says.
 */
export async function takeLock(path: string): Promise<HeldLock> {
  const begun = performance.now();
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 500)) {
    try {
      return await tryLock(path);
    } catch (error) {
      if (!isLocked(error) || performance.now() - begun > patience) throw error;
    }
    if (!(await removeDead(path))) await delay(wait * (0.5 + Math.random()));
  }
}

async function tryLock(path: string): Promise<HeldLock> {
  let held = true;
  const release = await lock(path, {
    lockfilePath: path,
    realpath: false,
    stale: staleAfter,
    // Without this it would throw from a timer, where nobody can catch it.
    onCompromised: () => (held = false),
  });
  const holder = holderFile(path);
  try {
    const mark: Holder = { by: thisProcess(), identity: (await identityOf(path)) ?? "" };
    await writeFile(holder, JSON.stringify(mark), { mode: 0o600 });
  } catch {
    // It only helps those who wait; on a full disk they wait a little longer.
  }
  return {
    isHeld: () => held,
    release: async () => {
      if (!held) return;
      // Before the lock itself: no lock may ever stand beside the name of an earlier holder.
      await rm(holder, { force: true });
      await release();
    },
  };
}

/** Removes the lock of a program that is no more; true where it did. One at a time, so that nobody removes the next one's. */
async function removeDead(path: string): Promise<boolean> {
  if (!(await isDead(path))) return false;
  let release: (() => Promise<void>) | null = null;
  try {
    release = await lock(`${path}.takeover`, {
      lockfilePath: `${path}.takeover`,
      realpath: false,
      stale: staleAfter,
      onCompromised: () => undefined,
    });
    // Looked at again: another one may have been here first.
    if (!(await isDead(path))) return false;
    await rm(holderFile(path), { force: true });
    await rmdir(path);
    return true;
  } catch (error) {
    if (isLocked(error) || isMissing(error)) return false;
    throw error;
  } finally {
    await release?.();
  }
}

async function isDead(path: string): Promise<boolean> {
  try {
    const holder = JSON.parse(await readFile(holderFile(path), "utf8")) as Partial<Holder>;
    return holder.by !== undefined && holder.identity === (await identityOf(path)) && isGone(holder.by);
  } catch (error) {
    // Half written: not known. Not there: whoever holds it wrote it at once, or was killed before that.
    return isMissing(error) && (await ageOf(path)) > namelessAfter;
  }
}

/** Milliseconds since the lock was made; 0 where there is none. */
async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).birthtimeMs;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const { ino, birthtimeMs } = await stat(path);
    return `${ino} ${birthtimeMs}`;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function holderFile(path: string): string {
  return `${path}.holder`;
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ELOCKED";
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
