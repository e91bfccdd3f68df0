// Pages of the old system among themselves, and with the people of today.

import type { Page } from '@playwright/test';
import { Site, type Visitor } from '../socketio/pages.ts';
import { oldServer, startServer } from '../socketio/servers.ts';
import { expectCameraPicture, expectSound, PREVIEW } from '../support/media.ts';
import {
  endStream,
  expectStatus,
  expectViewers,
  goLive,
  shown,
  status,
  watch,
} from '../support/people.ts';
import type { Server } from '../support/server.ts';
import { expect, test as base } from '../support/test.ts';

const test = base.extend<object, { site: Site }>({
  site: [
    async ({}, use) => {
      const site = await Site.open();
      await use(site);
      site.close();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ site }, use) => {
      const server = await startServer(['--allow-origin', site.origin]);
      site.passTo(server.port);
      // Old pages among themselves need no more of it than the old server has.
      await use(server as Server);
      await server.kill();
    },
    { scope: 'worker' },
  ],
});

const events = (page: Page) => page.getByRole('list', { name: 'Events' }).getByRole('listitem');

test.describe('two old pages', () => {
  for (const [way, transports] of [
    ['over polling', ['polling']],
    ['over polling that is upgraded', ['polling', 'websocket']],
    ['over WebSocket', ['websocket']],
  ] satisfies [string, Visitor['transports']][]) {
    test(`see and hear each other ${way}`, async ({ person, site, channelName: channel }) => {
      const streamer = await person();
      await site.show(streamer, { channel, name: 'Streamer', stream: true, transports });
      await expect(events(streamer)).toHaveText(['allStreamUsers']);
      await expectCameraPicture(streamer, PREVIEW);

      const viewer = await person();
      await site.show(viewer, { channel, name: 'Viewer', transports });
      await expectCameraPicture(viewer);
      await expectSound(viewer);
      await expect(events(streamer).nth(1)).toHaveText('userJoinedStream Viewer');

      for (const page of [streamer, viewer]) {
        expect(await page.evaluate('socket.io.engine.transport.name')).toBe(transports.at(-1));
      }

      await streamer.getByRole('button', { name: 'Leave' }).click();
      await expect(events(viewer).last()).toHaveText('userLeftStream Streamer');
    });
  }

  test('see and hear each other from another origin', async ({
    person,
    site,
    server: { origin: server },
    channelName: channel,
  }) => {
    const way = { channel, server, transports: ['websocket'] } satisfies Partial<Visitor>;
    // The viewer is there first: it is the newcomer who finds somebody and offers.
    const viewer = await person();
    await site.show(viewer, { ...way, name: 'Viewer' });
    await expect(events(viewer)).toHaveText(['allStreamUsers']);
    const streamer = await person();
    await site.show(streamer, { ...way, name: 'Streamer', stream: true });
    await expectCameraPicture(viewer);
    await expectSound(viewer);

    await streamer.close();
    await expect(events(viewer).last()).toHaveText('userLeftStream Streamer');
  });
});

test.describe('old pages and new ones', () => {
  test.skip(oldServer !== undefined, 'the old server has no pages');

  test('watch one stream together', async ({
    person,
    site,
    server: { origin: server },
    channelName: channel,
  }) => {
    const early = await person();
    await site.show(early, { channel, name: 'Early', transports: ['websocket'], server });
    await expect(events(early)).toHaveText(['allStreamUsers']);

    const streamer = await person();
    await goLive(streamer, channel);
    await expectCameraPicture(early);
    await expectSound(early);

    const late = await person();
    await site.show(late, { channel, name: 'Late', transports: ['polling', 'websocket'] });
    await expectCameraPicture(late);
    await expectSound(late);
    await expectViewers(streamer, 2);
    await expect(shown(streamer, 'Early')).toBeVisible();
    await expect(shown(streamer, 'Late')).toBeVisible();

    const native = await person();
    await watch(native, channel);
    await expectStatus(native, status.live);
    await expectCameraPicture(native);
    await expectViewers(streamer, 3);

    await early.getByRole('button', { name: 'Leave' }).click();
    await expectViewers(streamer, 2);
    await expect(streamer.getByText('Early')).toHaveCount(0);
    await expectCameraPicture(late);
    await expectCameraPicture(native);

    const departures = events(late).filter({ hasText: 'userLeftStream' });
    await expect(departures).toHaveText(['userLeftStream Early']);
    await endStream(streamer);
    await expect(departures).toHaveCount(2);
    await expectStatus(native, status.ended);
  });

  test('go together where the streamer is the old page', async ({
    person,
    site,
    server: { origin: server },
    channelName: channel,
  }) => {
    const streamer = await person();
    const way = { channel, server, transports: ['websocket'] } satisfies Partial<Visitor>;
    await site.show(streamer, { ...way, name: 'Streamer', stream: true });
    await expect(events(streamer)).toHaveText(['allStreamUsers']);

    const viewer = await person();
    await watch(viewer, channel);
    await expectStatus(viewer, status.live);
    await expectCameraPicture(viewer);
    await expectSound(viewer);

    await streamer.getByRole('button', { name: 'Leave' }).click();
    await expectStatus(viewer, status.ended);
  });
});
