// The example client of docs/protocol.md: written from that page alone, so what it cannot do the
// page does not explain.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { serverUnreachable } from '../support/faults.ts';
import { longestStill, watchForStills } from '../support/instruments.ts';
import { expectCameraPicture, PICTURE } from '../support/media.ts';
import {
  endStream,
  expectStatus,
  expectViewers,
  goLive,
  status,
  watch,
} from '../support/people.ts';
import { Server } from '../support/server.ts';
import { Site } from '../support/site.ts';
import { expect, test as base } from '../support/test.ts';

const example = fileURLToPath(new URL('../../docs/watch-example.html', import.meta.url));

/** Longer than any hiccup of a busy machine. */
const still = 1_500;

const test = base.extend<object, { site: Site }>({
  site: [
    async ({}, use) => {
      const site = await Site.of(example);
      await use(site);
      site.close();
    },
    { scope: 'worker' },
  ],

  server: [
    async ({ site }, use) => {
      const server = await Server.start(['--allow-origin', site.origin]);
      await use(server);
      await server.kill();
    },
    { scope: 'worker' },
  ],
});

interface Message {
  event?: string;
  seq?: number;
  data?: { resumed?: string; keep?: string[]; kept?: boolean };
}

/** What the page says to the server and hears from it, on all its sockets. */
interface Conversation {
  said: Message[];
  heard: Message[];
  sockets: number;
}

function listen(page: Page): Conversation {
  const conversation: Conversation = { said: [], heard: [], sockets: 0 };
  const read = ({ payload }: { payload: string | Buffer }) =>
    JSON.parse(payload.toString()) as Message;
  page.on('websocket', (socket) => {
    conversation.sockets += 1;
    socket.on('framesent', (frame) => conversation.said.push(read(frame)));
    socket.on('framereceived', (frame) => conversation.heard.push(read(frame)));
  });
  return conversation;
}

const requests = ({ said }: Conversation, name: string) =>
  said.filter(({ event }) => event === name);
const arrivals = ({ heard }: Conversation) =>
  heard.filter(({ event }) => event === 'userJoinedStream').length;
const welcomes = ({ heard }: Conversation) =>
  heard.flatMap(({ data }) => (data?.resumed ? [data.resumed] : []));

/** Opens the example and marks its picture as the measuring instruments want it. */
async function watchExample(page: Page, site: string, server: string, channel: string) {
  const query = new URLSearchParams({ server: server.replace('http', 'ws'), channel });
  await page.goto(`${site}/?${query}`);
  await page.locator('video').evaluate((video, slot) => {
    video.dataset['slot'] = String(slot);
  }, PICTURE);
}

test('the example is one page of fewer than 150 lines of plain JavaScript', async () => {
  const page = await readFile(example, 'utf8');
  const [script = '', ...others] = [...page.matchAll(/<script[^>]*>\n([^]*?)<\/script>/g)].map(
    ([, text]) => text ?? '',
  );
  expect(others).toEqual([]);
  expect(script.split('\n').length - 1).toBeLessThan(150);
  expect(page).not.toMatch(/<(link|script)[^>]+(href|src)="(?!data:)/);
  expect(script).not.toMatch(/\bimport\b/);
});

test('the example watches, resumes after a cut and keeps its picture through a restart', async ({
  person,
  site,
  server,
  network,
  faults,
  channelName,
}) => {
  faults.expect(serverUnreachable);
  const viewer = await person();
  const conversation = listen(viewer);
  await watchExample(viewer, site.origin, network.origin, channelName);
  await expectStatus(viewer, status.waiting);
  const streamer = await person();
  await goLive(streamer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectViewers(streamer, 1);
  expect(requests(conversation, 'linkFlowing')).toHaveLength(1);

  await watchForStills(viewer, PICTURE);
  network.cut();
  await expectStatus(viewer, status.reconnecting);
  const newcomer = await person();
  await watch(newcomer, channelName);
  await expectViewers(streamer, 2);
  await expectCameraPicture(viewer);
  network.restore();
  await expectStatus(viewer, status.live);
  expect(welcomes(conversation)).toEqual(['fresh', 'replayed']);
  expect(requests(conversation, 'joinStream'), 'the place was kept').toHaveLength(1);
  await expect
    .poll(() => arrivals(conversation), { message: 'the streamer and the one who was missed' })
    .toBe(2);
  const numbers = conversation.heard.flatMap(({ seq }) => seq ?? []);
  expect(numbers, 'each event once').toEqual(numbers.map((_, index) => index + 1));
  await expectCameraPicture(viewer);

  await server.kill();
  await expectStatus(viewer, status.reconnecting);
  await server.restart();
  await expectStatus(viewer, status.live);
  await expectViewers(streamer, 2);
  expect(welcomes(conversation)).toEqual(['fresh', 'replayed', 'fresh']);
  const [first, again] = requests(conversation, 'joinStream');
  expect(first?.data?.keep).toEqual([]);
  expect(again?.data?.keep).toHaveLength(1);
  const keeping = () => conversation.heard.some(({ data }) => data?.kept);
  await expect.poll(keeping, { message: 'the link was kept by its name' }).toBe(true);
  expect(await longestStill(viewer), 'the picture goes on').toBeLessThan(still);
  await expectCameraPicture(viewer);
  expect(await viewer.evaluate(() => window.made.connections.length)).toBe(1);

  await endStream(streamer);
  await expectStatus(viewer, status.ended);
  await streamer.getByRole('button', { name: 'Go live', exact: true }).click();
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  expect(requests(conversation, 'linkFailed')).toEqual([]);
});

test('the example answers a new generation when the path is renewed', async ({
  person,
  site,
  server,
  channelName,
}) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person();
  const conversation = listen(viewer);
  await watchExample(viewer, site.origin, server.origin, channelName);
  await expectCameraPicture(viewer);

  // To the studio this is another network: it offers every link anew.
  await streamer.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => requests(conversation, 'answer').length).toBe(2);
  await expectCameraPicture(viewer);
  expect(requests(conversation, 'linkFailed')).toEqual([]);
});

test('the example gives up where its origin is not welcome', async ({
  person,
  site,
  server,
  channelName,
}) => {
  const viewer = await person();
  await viewer.clock.install();
  const conversation = listen(viewer);
  await watchExample(viewer, site.alias, server.origin, channelName);
  await expectStatus(viewer, 'Stopped: this origin may not use this server (4403).');
  await viewer.clock.runFor(60_000);
  expect(conversation.sockets, 'it does not connect again').toBe(1);
});
