// A Heliograph of its own for every worker, which tests may kill and start again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env['HELIOGRAPH_BIN'] ?? join(repository, 'target/debug/heliograph');
const announcement = /^Heliograph is at (http:\/\/\S+)$/;

export class Server {
  private constructor(
    private process: ChildProcess,
    readonly port: number,
    private readonly flags: string[],
    private readonly written: Written,
  ) {}

  static async start(flags: string[] = []): Promise<Server> {
    const written = { text: '' };
    const { child, port } = await launch(0, flags, written);
    return new Server(child, port, flags, written);
  }

  /** What it has logged so far. */
  get log(): string {
    return this.written.text;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends the process at once, as a power cut would. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** Starts a new process, which knows nothing, at the same address. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = (await launch(this.port, this.flags, this.written)).child;
  }
}

/** What a server has written to standard error. */
interface Written {
  text: string;
}

async function launch(
  port: number,
  flags: string[],
  written: Written,
): Promise<{ child: ChildProcess; port: number }> {
  if (!existsSync(binary)) {
    throw new Error(`${binary} does not exist. Build it, or set HELIOGRAPH_BIN to its path.`);
  }
  // The name is that of `insecureHost`: tests lead it here.
  const named = ['--host', 'heliograph.test'];
  const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, ...named, ...flags], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.on('data', (part: Buffer) => {
    written.text += part.toString();
    process.stderr.write(part);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = announcement.exec(line)?.[1];
    if (address) {
      // Whatever follows must not fill the pipe.
      child.stdout.resume();
      return { child, port: Number(new URL(address).port) };
    }
  }
  throw new Error(`${binary} ended before it said where it is`);
}
