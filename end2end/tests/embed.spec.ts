import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PICTURE } from '../support/media.ts';
import { goLive, status } from '../support/people.ts';
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
  } finally {
    site.close();
    site.closeAllConnections();
  }
});
