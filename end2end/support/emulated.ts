// A server and browsers with a network between them that has round trips, a rate, loss and cuts:
// two namespaces of this machine and `bench emulate`. Linux and root only.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from '../find-browser.js';
import { cameraClip, microphoneClip } from './clip.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const product = process.env['HELIOGRAPH_BIN'] ?? join(repository, 'target/debug/heliograph');
const emulator = process.env['HELIOGRAPH_BENCH'] ?? join(repository, 'target/debug/bench');

/** Why there can be no emulated network here; nothing if there can. */
export function whyNoEmulation(): string | undefined {
  if (process.platform !== 'linux') return 'the emulated network needs Linux';
  if (process.getuid?.() !== 0) return 'the emulated network needs root';
  if (!existsSync('/dev/net/tun')) return 'the emulated network needs /dev/net/tun';
  if (!existsSync(emulator)) return `${emulator} does not exist; cargo build --package bench`;
  return undefined;
}

export interface Quality {
  /** From one end to the other and back. */
  roundTripMs: number;
  megabitsPerSecond?: number;
  lossPercent?: number;
}

/** Which side of the network a browser is on. The server is on the far one. */
export type Side = 'near' | 'far';

export class Emulated {
  private readonly scripts = mkdtempSync(join(tmpdir(), 'heliograph-'));
  private readonly answers: AsyncIterator<string>;
  private server: ChildProcess | undefined;
  private readonly browsers: Browser[] = [];

  private constructor(
    private readonly name: string,
    private readonly network: ChildProcess,
  ) {
    const lines = createInterface({ input: network.stdout! });
    this.answers = lines[Symbol.asyncIterator]();
  }

  static async start(quality: Quality): Promise<Emulated> {
    const name = `heliograph-${process.pid}`;
    const rate = quality.megabitsPerSecond;
    const network = spawn(
      emulator,
      [
        'emulate',
        ...['--name', name],
        ...['--delay', String(quality.roundTripMs / 2)],
        ...['--loss', String(quality.lossPercent ?? 0)],
        ...(rate ? ['--up', String(rate * 1000), '--down', String(rate * 1000)] : []),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const emulated = new Emulated(name, network);
    await emulated.expect('ready');
    return emulated;
  }

  /** Starts the product on the far side; where browsers on either side find it. */
  async serve(flags: string[] = []): Promise<Record<Side, string>> {
    const server = spawn(
      'ip',
      ['netns', 'exec', `${this.name}-far`, product, 'serve', '--listen', '0.0.0.0:3000', ...flags],
      { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.server = server;
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.startsWith('Heliograph is at ')) {
        server.stdout.resume();
        // Only a secure page gets a camera, and `localhost` is one.
        return { near: 'http://10.77.0.2:3000', far: 'http://localhost:3000' };
      }
    }
    throw new Error(`${product} ended before it said where it is`);
  }

  /** A browser on one side, with the clips as camera and microphone. */
  async browser(side: Side): Promise<Browser> {
    const script = join(this.scripts, `chromium-${side}`);
    const command = `exec ip netns exec ${this.name}-${side} ${findBrowser('chromium')} "$@"`;
    writeFileSync(script, `#!/bin/sh\n${command}\n`);
    chmodSync(script, 0o755);
    const browser = await chromium.launch({
      executablePath: script,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-sandbox',
        '--autoplay-policy=no-user-gesture-required',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${cameraClip}`,
        `--use-file-for-fake-audio-capture=${microphoneClip}`,
      ],
    });
    this.browsers.push(browser);
    return browser;
  }

  /** Lets nothing pass any more, in both directions. */
  cut(): Promise<void> {
    return this.ask('cut');
  }

  mend(): Promise<void> {
    return this.ask('mend');
  }

  async close(): Promise<void> {
    await Promise.all(this.browsers.map((browser) => browser.close()));
    for (const child of [this.server, this.network]) {
      if (!child || child.exitCode !== null) continue;
      const exited = once(child, 'exit');
      // The network ends with its input, and takes the namespaces away.
      if (child === this.network) child.stdin?.end();
      else child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.scripts, { recursive: true });
  }

  private async ask(word: string): Promise<void> {
    this.network.stdin?.write(`${word}\n`);
    await this.expect('done');
  }

  private async expect(word: string): Promise<void> {
    const { value } = await this.answers.next();
    if (value !== word) throw new Error(`the emulated network said ${value} instead of ${word}`);
  }
}
