import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PICTURE } from '../support/media.ts';
import { expectStatus, goLive, status } from '../support/people.ts';
import { nextFrames } from '../support/instruments.ts';
import { expect, test } from '../support/test.ts';

test("the player works inside another site's page", async ({ person, server, channelName }) => {
  await goLive(await person(), channelName, 'Embedded');
  const site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><html lang="en"><title>Another site</title><link rel="icon" href="data:,">
       <iframe title="Stream" src="${server.origin}/embed/${channelName}" width="640" height="360"
               allow="autoplay; fullscreen; picture-in-picture"></iframe>`,
    );
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  try {
    const visitor = await person();
    await visitor.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
    const player = visitor.frameLocator('iframe');
    await expect(player.getByRole('status')).toHaveText(status.live);
    const frame = visitor.frames().find((frame) => frame.url().includes('/embed/'));
    const frames = await nextFrames(frame!, PICTURE, 8);
    expect(frames.every(({ bar }) => bar !== null)).toBe(true);
    await expect(player.getByRole('textbox')).toHaveCount(0);
    await expect(player.getByRole('navigation')).toHaveCount(0);
    for (const link of await player.getByRole('link').all()) {
      await expect(link, 'nothing leads elsewhere within the frame').toHaveAttribute('target', '_blank');
    }
  } finally {
    site.close();
    site.closeAllConnections();
  }
});

test('in a frame as small as a thumbnail nothing lies over anything', async ({
  person,
  channelName,
}) => {
  const visitor = await person({ viewport: { width: 320, height: 180 } });
  await visitor.goto(`/embed/${channelName}-with-a-rather-long-name`);
  const box = (selector: string) => visitor.locator(selector).boundingBox();
  const expectApart = async (one: string, other: string) => {
    const [a, b] = [await box(one), await box(other)];
    if (!a || !b) throw new Error(`${one} or ${other} is not there`);
    const apart = a.y + a.height <= b.y || b.y + b.height <= a.y || a.x + a.width <= b.x || b.x + b.width <= a.x;
    expect(apart, `${one} ${JSON.stringify(a)} and ${other} ${JSON.stringify(b)}`).toBe(true);
  };
  await expectStatus(visitor, status.waiting);
  await expectApart('.status', '.embed-link');
  await goLive(await person(), `${channelName}-with-a-rather-long-name`);
  await expectStatus(visitor, status.live);
  await expectApart('.status', '.embed-link');
  await expectApart('.controls', '.embed-link');
  const buttons = visitor.locator('.controls button');
  const row = await visitor.locator('.controls').boundingBox();
  for (const one of await buttons.filter({ visible: true }).all()) {
    const { x, width } = (await one.boundingBox())!;
    expect(x >= 0 && x + width <= row!.width).toBe(true);
  }
});
