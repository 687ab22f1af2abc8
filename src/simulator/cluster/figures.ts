import type { GuestReading, PressureReading } from "../load/index.js";
import type { Configuration } from "./configuration.js";

/** What of a container is looked at. */
export interface Measured {
  readonly vmid: number;
  readonly configuration: Configuration;
  readonly running: boolean;
  readonly pid: number | null;
  readonly fileSystemBytes: number;
  readonly meter: { reading(): GuestReading };
  /** What its figures say in place of its meters. */
  readonly pretended: Pretended | null;
  readonly hostCores: number;
  volumeBytes(): number;
}

/** Figures that a test gives a container, whatever its load would be. Bytes; pressure in percent. */
export interface Pretended {
  readonly memory?: number;
  readonly swap?: number;
  /** Of the root file system; no more than it has. */
  readonly disk?: number;
  readonly memoryPressure?: number;
}

/** A container's figures as `vmstatus` of Proxmox collects them. */
export interface Figures {
  readonly running: boolean;
  readonly name: string;
  /** Fraction of `cpus` in use. */
  readonly cpu: number;
  /** A string where it stems from `cpulimit`. */
  readonly cpus: number | string;
  readonly mem: number;
  readonly maxmem: number;
  readonly swap: number;
  readonly maxswap: number;
  readonly disk: number;
  readonly maxdisk: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
  readonly uptime: number;
  readonly pid: number | null;
  readonly pressure: PressureReading | null;
  readonly template: boolean;
}

interface Observation {
  readonly at: number;
  readonly used: number;
  readonly cpu: number;
  readonly pid: number | null;
}

/**
 * One process that asks for figures. Its `cpu` is the average since *its* last question about that container:
 * right for the statistics daemon, which asks every ten seconds, and worth little for the workers of the API,
 * each of which was last asked at some other time.
 */
export class Observer {
  private readonly last = new Map<number, Observation>();

  /** The container's figures now; its meter must have been brought up to `now` (milliseconds). */
  look(guest: Measured, now: number): Figures {
    const { configuration } = guest;
    const cpus = cpusOf(guest);
    const name = configuration.get("hostname") ?? `CT${guest.vmid}`;
    const maxmem = (configuration.number("memory") ?? 512) * 1024 ** 2;
    const maxswap = (configuration.number("swap") ?? 0) * 1024 ** 2;
    const template = configuration.get("template") === "1";
    if (!guest.running) {
      this.last.delete(guest.vmid);
      return { ...stopped, name, cpus, maxmem, maxswap, template, maxdisk: guest.volumeBytes() };
    }
    const reading = guest.meter.reading();
    const { memory = reading.memory, swap = reading.swap, disk = reading.disk, memoryPressure } = guest.pretended ?? {};
    return {
      running: true,
      name,
      cpus,
      cpu: this.cpuSince(guest, now, reading.cpuSecondsTotal, Number(cpus)),
      mem: Math.floor(memory),
      maxmem,
      swap: Math.floor(swap),
      maxswap,
      disk: Math.min(Math.floor(disk), guest.fileSystemBytes),
      maxdisk: guest.fileSystemBytes,
      netin: Math.floor(reading.netIn),
      netout: Math.floor(reading.netOut),
      diskread: Math.floor(reading.diskRead),
      diskwrite: Math.floor(reading.diskWrite),
      uptime: Math.floor(reading.uptimeSeconds),
      pid: guest.pid,
      pressure: memoryPressure === undefined ? reading.pressure : { ...reading.pressure, memorySome: memoryPressure },
      template,
    };
  }

  private cpuSince(guest: Measured, now: number, used: number, cpus: number): number {
    const before = this.last.get(guest.vmid);
    if (before === undefined || before.pid !== guest.pid || used < before.used) {
      this.last.set(guest.vmid, { at: now, used, cpu: 0, pid: guest.pid });
      return 0;
    }
    const passed = (now - before.at) / 1000;
    if (passed < 1) return before.cpu;
    const cpu = (used - before.used) / passed / cpus;
    this.last.set(guest.vmid, { at: now, used, cpu, pid: guest.pid });
    return cpu;
  }
}

const stopped = {
  running: false,
  cpu: 0,
  mem: 0,
  swap: 0,
  disk: 0,
  netin: 0,
  netout: 0,
  diskread: 0,
  diskwrite: 0,
  uptime: 0,
  pid: null,
  pressure: null,
} as const;

/** `cores`, else `cpulimit` (as a string), else the CPUs of the host; never clamped to the host. */
export function cpusOf(guest: Measured): number | string {
  const cores = guest.configuration.number("cores") ?? 0;
  if (cores > 0) return cores;
  const limit = guest.configuration.get("cpulimit");
  return limit !== null && Number(limit) > 0 ? limit : guest.hostCores;
}
