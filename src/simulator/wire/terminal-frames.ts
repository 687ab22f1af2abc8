/** What a client of a terminal sends: `0:BYTES:data`, `1:COLUMNS:ROWS:`, `2`. */
export type TerminalFrame =
  | { readonly kind: "input"; readonly text: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "keepalive" };

/** Takes what comes apart, however it was cut; throws for what is none of it. */
export class TerminalFrames {
  private rest = Buffer.alloc(0);

  push(chunk: Buffer): readonly TerminalFrame[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const frames: TerminalFrame[] = [];
    for (let frame = this.next(); frame !== null; frame = this.next()) frames.push(frame);
    return frames;
  }

  private next(): TerminalFrame | null {
    if (this.rest.length === 0) return null;
    const head = this.rest.subarray(0, 32).toString("latin1");
    if (head.startsWith("2")) {
      this.rest = this.rest.subarray(1);
      return { kind: "keepalive" };
    }
    const resize = /^1:(\d+):(\d+):/u.exec(head);
    if (resize !== null) {
      this.rest = this.rest.subarray(resize[0].length);
      return { kind: "resize", columns: Number(resize[1]), rows: Number(resize[2]) };
    }
    const input = /^0:(\d+):/u.exec(head);
    if (input === null) {
      if (/^[01](?::\d*){0,2}$/u.test(head)) return null;
      throw new Error("unknown message of a terminal");
    }
    const [{ length }] = input;
    const end = length + Number(input[1]);
    if (this.rest.length < end) return null;
    const text = this.rest.subarray(length, end).toString("utf8");
    this.rest = this.rest.subarray(end);
    return { kind: "input", text };
  }
}
