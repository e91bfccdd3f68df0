// An old client: the official `socket.io-client`, and a notebook of what it receives.

import { io, type Socket } from 'socket.io-client';
import { type Message, type Transport, written } from './scenario.ts';

/** Nothing here takes this long, but a machine may be busy. */
const patience = 10_000;

const transports: Record<Transport, string[]> = {
  websocket: ['websocket'],
  polling: ['polling'],
  upgrade: ['polling', 'websocket'],
};

/** A payload that no scenario contains: it tells when everything before it has arrived. */
interface Marker {
  marker: number;
}

export class Client {
  /** Everything but markers, in the order of arrival. */
  readonly received: Message[] = [];
  /** When the connection is lost, by whomever. */
  readonly lost: Promise<void>;
  private readonly markers = new Map<number, () => void>();
  private listeners: (() => void)[] = [];

  private constructor(
    readonly socket: Socket,
    readonly id: string,
  ) {
    socket.onAny((event: string, ...args: unknown[]) => this.note([event, ...args]));
    this.lost = new Promise((resolve) => {
      socket.on('disconnect', () => {
        this.note(['$disconnect']);
        resolve();
      });
    });
  }

  static async connect(origin: string, transport: Transport): Promise<Client> {
    const socket = io(origin, {
      transports: transports[transport],
      forceNew: true,
      reconnection: false,
    });
    const upgraded = new Promise<void>((resolve) => {
      if (transport === 'upgrade') socket.io.engine.once('upgrade', () => resolve());
      else resolve();
    });
    const client = await new Promise<Client>((resolve, reject) => {
      socket.on('connect', () => resolve(new Client(socket, socket.id!)));
      socket.on('connect_error', reject);
    });
    await within(upgraded, 'by the upgrade');
    return client;
  }

  get isConnected(): boolean {
    return this.socket.connected;
  }

  /** The transport that is really in use. */
  get transport(): string {
    return this.socket.io.engine.transport.name;
  }

  emit(event: string, args: unknown[], acknowledged?: () => void): void {
    this.socket.emit(event, ...args, ...(acknowledged ? [acknowledged] : []));
  }

  /** Says into the room of this id that the marker has been passed. */
  mark(room: string, marker: number): void {
    this.emit('candidate', [{ channelName: room, candidate: { marker } satisfies Marker }]);
  }

  /** Resolves when the marker arrives. */
  marked(marker: number): Promise<void> {
    return new Promise((resolve) => this.markers.set(marker, resolve));
  }

  /** Resolves when this many messages have been received. */
  async has(messages: number): Promise<void> {
    while (this.received.length < messages) {
      await new Promise<void>((resolve) => this.listeners.push(resolve));
    }
  }

  /** Resolves when everything has arrived: joins a room that nobody else knows, whose list comes
   * behind everything before it, and is forgotten again. */
  async drain(): Promise<void> {
    const end = new Promise<void>((resolve) => {
      this.socket.once('allStreamUsers', () => {
        this.received.pop();
        resolve();
      });
    });
    // The old server tells somebody who left the own room of their own doings.
    const user: Marker = { marker: 0 };
    this.emit('joinStream', [{ channelName: `the end of ${this.id}`, user }]);
    await end;
  }

  /** What was received, with names in the place of ids. */
  sequence(nameOf: (id: string) => string | undefined): Message[] {
    return this.received.map((message) => written(message, nameOf) as Message);
  }

  close(): void {
    this.socket.disconnect();
  }

  private note(message: Message): void {
    const marker = markerOf(message);
    if (marker !== undefined) {
      this.markers.get(marker)?.();
      return;
    }
    this.received.push(message);
    const listeners = this.listeners;
    this.listeners = [];
    listeners.forEach((tell) => tell());
  }
}

/** Fails by name when something that must happen does not. */
export async function within<Value>(work: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const error = new Error(`not settled ${what} within ${patience} ms`);
    timer = setTimeout(() => reject(error), patience);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function markerOf([, payload]: Message): number | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  return (payload as Partial<Marker>).marker;
}
