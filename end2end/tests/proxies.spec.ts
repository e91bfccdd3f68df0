// The proxies that people put in front, with the configurations of docs/operating.md, and with the
// mistakes that are made most often.

import type { BrowserContextOptions, Page } from '@playwright/test';
import type { LookupFunction } from 'node:net';
import { Agent } from 'node:https';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { expectCameraPicture } from '../support/media.ts';
import { expectStatus, goLive, shown, status, watch } from '../support/people.ts';
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

test('a proxy that rewrites Host is named as the reason, on the page and in the log', async ({
  person,
  channelName,
}) => {
  await behind('nginx', /proxy_set_header Host/, person, async ({ server, visitor }) => {
    const viewer = await visitor();
    await watch(viewer, channelName);
    await expect(shown(viewer, /takes no connections from this address/)).toBeVisible();
    await expect
      .poll(() => server.log)
      .toMatch(/its Origin header is neither .* Host header nor in http\.allow_origins/);
  });
});

test('a proxy that passes no upgrade is named as a reason, on the page and in the log', async ({
  person,
  faults,
  channelName,
}) => {
  faults.expect(/WebSocket connection to .* failed/);
  await behind('nginx', /proxy_set_header (Upgrade|Connection)/, person, async (place) => {
    const viewer = await place.visitor();
    await watch(viewer, channelName);
    await expect(shown(viewer, /live connection cannot be reached/)).toBeVisible({
      timeout: 20_000,
    });
    await expect
      .poll(() => place.server.log)
      .toMatch(/a WebSocket was asked for without an upgrade: a proxy in front does not pass on/);
    // Polling needs no upgrade.
    expect(await oldClientJoins(place.proxy, ['polling'])).toEqual(['allStreamUsers']);
  });
});

test('behind a proxy that names neither client nor scheme links still lead back, and the log says it', async ({
  person,
  channelName,
}) => {
  await behind('nginx', /X-Forwarded/, person, async ({ server, proxy, visitor }) => {
    const streamer = await visitor();
    await goLive(streamer, channelName);
    await expect(streamer.locator('.share-address')).toHaveAttribute(
      'href',
      `${proxy.origin}/c/${channelName}`,
    );
    // All of its clients are one to the server, which may have sixteen times as much.
    const sockets = Array.from({ length: 16 * PER_ADDRESS }, () => dial(proxy.port, '127.0.0.9'));
    const { statuses, hangUp } = await answered(sockets);
    hangUp();
    expect(statuses).toContain(429);
    expect(server.log).toMatch(/a trusted proxy .* does not name its clients/s);
  });
});

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
  const ask = async (from: string, headers?: Record<string, string>): Promise<number> => {
    const socket = dial(port, from, headers);
    open.push(socket);
    return (await answered([socket])).statuses[0]!;
  };
  try {
    for (let nth = 0; nth < PER_ADDRESS; nth += 1) expect(await ask('127.0.0.9')).toBe(101);
    expect(await ask('127.0.0.9'), 'its places are taken').toBe(429);
    const pretended = { 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.8' };
    expect(await ask('127.0.0.9', pretended), 'nor under another name').toBe(429);
    expect(await ask('127.0.0.10'), 'another client has its own').toBe(101);
  } finally {
    hangUpAll(open);
  }
}

/** Asks for a native connection, from an address of this machine. */
function dial(port: number, localAddress: string, headers = {}): WebSocket {
  return new WebSocket(`wss://${host}:${port}/ws`, 'heliograph.v1', {
    localAddress,
    lookup,
    rejectUnauthorized: false,
    headers,
  });
}

/** The status of each answer. */
async function answered(
  sockets: WebSocket[],
): Promise<{ statuses: number[]; hangUp: () => void }> {
  const status = (socket: WebSocket) =>
    new Promise<number>((resolve, reject) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', reject);
    });
  const statuses = await Promise.all(sockets.map(status));
  return { statuses, hangUp: () => hangUpAll(sockets) };
}

function hangUpAll(sockets: WebSocket[]): void {
  for (const socket of sockets) {
    // Ended before its answer is read, it would complain.
    socket.on('error', () => {});
    socket.terminate();
  }
}
