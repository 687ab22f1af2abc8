/** What a terminal is about. */
export interface ShellHost {
  readonly name: string;
  /** Logged in already, as the node's own shell is for root. */
  readonly loggedIn: boolean;
  /** Asks for the next login where another terminal would end, as a container's console does. */
  readonly stays: boolean;
  /** Megabytes, for `free`. */
  readonly memory: number;
}

/** A shell that knows a handful of commands: enough to try a terminal out. */
export class ScriptedShell {
  private line = "";
  private columns = 80;
  private rows = 24;
  private state: "login" | "password" | "shell";

  constructor(
    private readonly host: ShellHost,
    private readonly output: (text: string) => void,
    private readonly end: () => void,
  ) {
    this.state = host.loggedIn ? "shell" : "login";
  }

  /** Shows the prompt. */
  begin(): void {
    this.output("\u001b[H\u001b[J");
    this.prompt();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
  }

  /** What is typed or pasted. */
  input(text: string): void {
    for (const character of text) this.type(character);
  }

  private type(character: string): void {
    if (character === "\r" || character === "\n") {
      const line = this.line;
      this.line = "";
      this.output("\r\n");
      this.enter(line);
    } else if (character === "\u007f" || character === "\b") {
      if (this.line !== "" && this.state !== "password") this.output("\b \b");
      this.line = this.line.replace(/.$/su, "");
    } else if (character === "\u0003") {
      this.line = "";
      this.output("^C\r\n");
      this.prompt();
    } else if (character === "\u0004" && this.line === "") {
      this.leave();
    } else if (character >= " ") {
      this.line += character;
      if (this.state !== "password") this.output(character);
    }
  }

  private enter(line: string): void {
    if (this.state === "login") {
      if (line.trim() !== "") this.state = "password";
      this.prompt();
      return;
    }
    if (this.state === "password") {
      this.state = "shell";
      this.prompt();
      return;
    }
    const [command = "", ...rest] = line.trim().split(/\s+/u);
    if (command === "exit" || command === "logout") {
      this.leave();
      return;
    }
    const answer = command === "" ? "" : this.run(command, rest);
    if (answer !== "") this.output(`${answer.replaceAll("\n", "\r\n")}\r\n`);
    this.prompt();
  }

  private run(command: string, rest: readonly string[]): string {
    switch (command) {
      case "echo":
        return rest.join(" ");
      case "hostname":
        return this.host.name;
      case "whoami":
        return "root";
      case "id":
        return "uid=0(root) gid=0(root) groups=0(root)";
      case "pwd":
        return "/root";
      case "uname":
        return rest.includes("-a") ? `Linux ${this.host.name} 6.17.4-1-pve x86_64 GNU/Linux` : "Linux";
      case "stty":
        return rest[0] === "size" ? `${this.rows} ${this.columns}` : "speed 38400 baud; line = 0;";
      case "free":
        return `               total\nMem:  ${String(this.host.memory).padStart(15)}`;
      case "clear":
        this.output("\u001b[H\u001b[J");
        return "";
      case "help":
        return "clear echo exit free help hostname id pwd stty uname whoami";
      default:
        return `-bash: ${command}: command not found`;
    }
  }

  private leave(): void {
    if (!this.host.stays) {
      this.end();
      return;
    }
    this.state = "login";
    this.output("logout\r\n");
    this.prompt();
  }

  private prompt(): void {
    if (this.state === "login") this.output(`\r\r\r\n${this.host.name} login: `);
    else if (this.state === "password") this.output("Password: ");
    else this.output(`root@${this.host.name}:~# `);
  }
}
