// Engine.IO 4 by hand, for what no well-behaved client does: single HTTP requests, and single
// packets over either transport.

import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { WebSocket } from 'ws';

/** A packet as it is on the wire: text, binary, or bytes that only claim to be text. */
export type Packet = string | Buffer | { bytes: Buffer };

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Asking {
  method?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  /** Hangs up. */
  signal?: AbortSignal;
}

export const polling = '/socket.io/?EIO=4&transport=polling';
export const websocket = '/socket.io/?EIO=4&transport=websocket';

/** What whoever has no session is told. */
export const unknownSession = { code: 1, message: 'Session ID unknown' };

/** What separates packets of one polling body. */
const separator = '\x1e';

/** One request on a connection of its own. */
export function ask(port: number, path: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'GET', body, headers = {}, signal } = asking;
  return new Promise((resolve, reject) => {
    const options = { port, path, method, headers, agent: false, ...(signal && { signal }) };
    const asked = request({ host: '127.0.0.1', ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What the first packet of a session says. */
export interface Opening {
  sid: string;
  upgrades: string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

/** One connection of one client. */
export interface Line {
  opening: Opening;
  /** Sends these at once. */
  send: (...packets: Packet[]) => Promise<void>;
  /** The next text packet; nothing if the connection has ended. */
  next: () => Promise<string | undefined>;
  hangUp: () => Promise<void>;
}

/** A client that has sent and got CONNECT. */
export async function connected<Kind extends Line>(line: Kind): Promise<Kind & { id: string }> {
  await line.send('40');
  const answer = await line.next();
  const { sid } = JSON.parse(answer?.slice(2) ?? '{}') as { sid: string };
  return Object.assign(line, { id: sid });
}

export function event(name: string, payload: unknown): string {
  return `42${JSON.stringify([name, payload])}`;
}

/** Whether the server still answers. */
export async function answers(line: Line & { id: string }): Promise<boolean> {
  await line.send(event('joinStream', { channelName: `a room for ${line.id}` }));
  return (await line.next())?.startsWith('42["allStreamUsers"') ?? false;
}

export class Polling implements Line {
  private packets: string[] = [];

  private constructor(
    readonly port: number,
    readonly opening: Opening,
  ) {}

  static async open(port: number): Promise<Polling> {
    const { text } = await ask(port, polling);
    return new Polling(port, JSON.parse(text.slice(1)) as Opening);
  }

  get path(): string {
    return `${polling}&sid=${this.opening.sid}`;
  }

  poll(asking: Asking = {}): Promise<Answer> {
    return ask(this.port, this.path, asking);
  }

  post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(this.port, this.path, { method: 'POST', body, headers });
  }

  async send(...packets: Packet[]): Promise<void> {
    const parts = packets.map((packet) => {
      if (typeof packet === 'string') return Buffer.from(packet);
      if ('bytes' in packet) return packet.bytes;
      return Buffer.from(`b${packet.toString('base64')}`);
    });
    const separated = parts.flatMap((part, index) =>
      index === 0 ? [part] : [Buffer.from(separator), part],
    );
    await this.post(Buffer.concat(separated));
  }

  async next(): Promise<string | undefined> {
    while (this.packets.length === 0) {
      const { status, text } = await this.poll();
      if (status !== 200) return undefined;
      // A NOOP only ends a poll.
      this.packets = text.split(separator).filter((packet) => packet !== '6');
    }
    const packet = this.packets.shift();
    return packet === '1' ? undefined : packet;
  }

  async hangUp(): Promise<void> {
    await this.post('1');
  }
}

export class Socket implements Line {
  opening!: Opening;
  /** The status of the end, once it has come. */
  code: number | undefined;
  private readonly packets: string[] = [];
  private tell: () => void = () => {};

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.packets.push(data.toString());
      this.tell();
    });
    socket.on('close', (code: number) => {
      this.code = code;
      this.tell();
    });
  }

  /** A session of its own. */
  static async open(port: number, headers: Record<string, string> = {}): Promise<Socket> {
    const line = await Socket.dial(port, websocket, headers);
    line.opening = JSON.parse((await line.next())?.slice(1) ?? '{}') as Opening;
    return line;
  }

  /** A WebSocket, whatever comes over it. */
  static async dial(
    port: number,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Socket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const line = new Socket(socket);
    await once(socket, 'open');
    return line;
  }

  /** What both sides agreed on, such as compression. */
  get extensions(): string {
    return this.socket.extensions;
  }

  async send(...packets: Packet[]): Promise<void> {
    for (const packet of packets) {
      const isClaimed = typeof packet === 'object' && 'bytes' in packet;
      this.socket.send(isClaimed ? packet.bytes : packet, { binary: Buffer.isBuffer(packet) });
    }
  }

  async next(): Promise<string | undefined> {
    while (this.packets.length === 0 && this.code === undefined) {
      await new Promise<void>((resolve) => (this.tell = resolve));
    }
    return this.packets.shift();
  }

  async hangUp(): Promise<void> {
    if (this.code !== undefined) return;
    this.socket.terminate();
    await once(this.socket, 'close');
  }
}

/** The status with which the server refuses a WebSocket. */
export function refusal(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('the WebSocket was accepted'));
    });
    socket.on('unexpected-response', (asked, { statusCode }) => {
      asked.destroy();
      resolve(statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}
