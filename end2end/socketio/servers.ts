// The servers that the old clients are tried on: Heliograph, or the old server itself, to see that
// the tests say of it what the recordings say.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Server } from '../support/server.ts';

/** The folder of the old server, if that is what is tested. */
export const oldServer = process.env['SOCKETIO_OLD_SERVER'];

/** What both servers have. */
export interface Running {
  port: number;
  origin: string;
  kill: () => Promise<void>;
}

/** Starts the server under test. The flags are Heliograph's. */
export function startServer(flags: string[] = []): Promise<Running> {
  return oldServer ? startOldServer(oldServer) : Server.start(flags);
}

async function startOldServer(folder: string): Promise<Running> {
  const child = spawn(process.execPath, [join(folder, 'server.js'), '--port', '0'], {
    // It writes to standard error only when it dies, as it must in ten scenarios.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = JSON.parse(line) as { port: number };
    const kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    return { port, origin: `http://127.0.0.1:${port}`, kill };
  }
  throw new Error(`${folder} ended before it said where it is`);
}
