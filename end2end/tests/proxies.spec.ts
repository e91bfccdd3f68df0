// The proxies that people put in front, with the configurations of docs/operating.md.

import type { BrowserContextOptions, Page } from '@playwright/test';
import type { LookupFunction } from 'node:net';
import { Agent } from 'node:https';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { expectCameraPicture } from '../support/media.ts';
import { expectStatus, goLive, status, watch } from '../support/people.ts';
import { host, type Kind, kinds, missing, Proxy } from '../support/proxy.ts';
import { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';

/** So many connections may one address hold here. */
const PER_ADDRESS = 3;
const flags = [
  // The proxies are at this address, and the clients beside them are not.
  ...['--trusted-proxy', '127.0.0.1'],
  ...['--connections-per-address', String(PER_ADDRESS)],
];

/** A server behind a proxy. */
interface Place {
  server: Server;
  proxy: Proxy;
  /** Somebody who comes through the proxy. */
  visitor: () => Promise<Page>;
  /** Somebody who comes without it. */
  neighbour: () => Promise<Page>;
}

type Person = (options?: BrowserContextOptions) => Promise<Page>;

async function behind(
  kind: Kind,
  without: RegExp | undefined,
  person: Person,
  check: (place: Place) => Promise<void>,
): Promise<void> {
  const reason = missing(kind);
  test.skip(reason !== undefined, reason);
  const server = await Server.start(flags);
  const pages: Page[] = [];
  const come = async (options: BrowserContextOptions) => {
    const page = await person(options);
    pages.push(page);
    return page;
  };
  try {
    const proxy = await Proxy.start(kind, server.port, without);
    try {
      await check({
        server,
        proxy,
        visitor: () => come({ baseURL: proxy.origin, ignoreHTTPSErrors: true }),
        neighbour: () => come({ baseURL: server.origin }),
      });
    } finally {
      // Before what they would miss.
      await Promise.all(pages.map((page) => page.context().close()));
      await proxy.stop();
    }
  } finally {
    await server.kill();
  }
}

for (const kind of kinds) {
  test(`behind ${kind} the product works as it does without`, async ({ person, channelName }) => {
    await behind(kind, undefined, person, async ({ proxy, visitor, neighbour }) => {
      await goLive(await neighbour(), channelName, 'Behind a proxy');
      const viewer = await visitor();
      await watch(viewer, channelName);
      await expectStatus(viewer, status.live);
      await expectCameraPicture(viewer);
      await expect(viewer.locator('link[rel=canonical]')).toHaveAttribute(
        'href',
        `${proxy.origin}/c/${channelName}`,
      );
      for (const transports of [['polling'], ['polling', 'websocket']]) {
        expect(await oldClientJoins(proxy, transports)).toEqual(['allStreamUsers']);
      }
      await expectOwnQuotas(proxy);
    });
  });
}

/** The name, as the browser resolves it. */
const lookup: LookupFunction = (_, { all }, found) =>
  all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);

/** What a client of the old system hears when it joins an empty room. */
async function oldClientJoins({ origin }: Proxy, transports: string[]): Promise<string[]> {
  const socket = io(origin, {
    transports,
    // The option is Node's; the types are those of browsers.
    agent: new Agent({ lookup, rejectUnauthorized: false }) as unknown as string,
    forceNew: true,
    reconnection: false,
  });
  try {
    return await new Promise<string[]>((resolve, reject) => {
      const isUpgraded = transports.length === 1;
      let events: string[] = [];
      let done = isUpgraded;
      const finish = () => done && events.length > 0 && resolve(events);
      socket.on('connect_error', reject);
      socket.on('connect', () => socket.emit('joinStream', { channelName: 'an old room', user: {} }));
      socket.io.engine.once('upgrade', () => {
        done = true;
        finish();
      });
      socket.onAny((event: string) => {
        events = [...events, event];
        finish();
      });
    });
  } finally {
    socket.disconnect();
  }
}

/** Each client has its own quota, and nobody can pretend to be another. */
async function expectOwnQuotas({ port }: Proxy): Promise<void> {
  const open: WebSocket[] = [];
  const ask = (localAddress: string, headers: Record<string, string> = {}): Promise<number> => {
    const socket = new WebSocket(`wss://${host}:${port}/ws`, 'heliograph.v1', {
      localAddress,
      lookup,
      rejectUnauthorized: false,
      headers,
    });
    open.push(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', reject);
    });
  };
  try {
    for (let nth = 0; nth < PER_ADDRESS; nth += 1) expect(await ask('127.0.0.9')).toBe(101);
    expect(await ask('127.0.0.9'), 'its places are taken').toBe(429);
    const pretended = { 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.8' };
    expect(await ask('127.0.0.9', pretended), 'nor under another name').toBe(429);
    expect(await ask('127.0.0.10'), 'another client has its own').toBe(101);
  } finally {
    for (const socket of open) {
      // Ended before the answer came, it would complain.
      socket.on('error', () => {});
      socket.terminate();
    }
  }
}
