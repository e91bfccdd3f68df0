import type { Page } from '@playwright/test';
import { expectCameraPicture } from '../support/media.ts';
import { button, expectOnAir, openStudio, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

test('a phone goes live and watches without scrolling sideways', async ({
  person,
  channelName,
}) => {
  const streamer = await person(phone);
  await openStudio(streamer, channelName);
  await expectFits(streamer);
  await button(streamer, 'Go live').tap();
  await expectOnAir(streamer);
  await expectFits(streamer);

  const viewer = await person(phone);
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
  await expectFits(viewer);
  const picture = await viewer.locator('video[data-slot="1"]').boundingBox();
  expect(picture?.width, 'the picture is as wide as the phone').toBeGreaterThan(380);
  await viewer.locator('video[data-slot="1"]').tap();
  for (const name of ['Mute', 'Full screen']) {
    await button(viewer, name).click({ trial: true });
  }

  await button(streamer, 'End stream').tap();
  await streamer
    .getByRole('dialog', { name: 'End the stream?' })
    .getByRole('button', { name: 'End stream' })
    .tap();
  await expect(button(streamer, 'Go live')).toBeVisible();
});

test('a picture that stands upright fills the phone it is watched on', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await streamer.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 360, height: 640 });
      const context = canvas.getContext('2d')!;
      setInterval(() => {
        context.fillStyle = `hsl(${Date.now() / 20} 80% 50%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
      }, 60);
      return canvas.captureStream(15);
    };
  });
  await openStudio(streamer, channelName);
  await button(streamer, 'Go live').click();
  const viewer = await person(phone);
  await watch(viewer, channelName);
  const shape = () =>
    viewer.locator('video[data-slot="1"]').evaluate((video: HTMLVideoElement) => {
      const scale = Math.min(video.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
      return [video.videoWidth * scale, video.videoHeight * scale, video.getBoundingClientRect().bottom];
    });
  await expect.poll(async () => (await shape())[0]).toBeGreaterThan(370);
  const [, height, bottom] = await shape();
  expect(height).toBeGreaterThan(650);
  expect(bottom, 'all of it is on the screen').toBeLessThanOrEqual(phone.viewport.height);
  await expectFits(viewer);
});

for (const path of ['/', '/studio', '/c/nobody', '/embed/nobody', '/nowhere']) {
  test(`${path} fits a phone, the narrowest one too`, async ({ person, faults }) => {
    if (path === '/nowhere') faults.expect(/status of 404/);
    const visitor = await person(phone);
    for (const width of [390, 320]) {
      await visitor.setViewportSize({ width, height: 844 });
      await visitor.goto(path);
      await expectFits(visitor);
    }
  });
}

async function expectFits(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content, 'no sideways scrolling').toBeLessThanOrEqual(window!);
}
