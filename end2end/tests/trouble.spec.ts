import type { Page } from '@playwright/test';
import { endTrack } from '../support/instruments.ts';
import { expectCameraPicture, expectSilence, expectSound, PREVIEW } from '../support/media.ts';
import { button, goLive, openStudio, watch } from '../support/people.ts';
import { expect, insecureHost, test } from '../support/test.ts';

test('a camera that another program holds is named, and trying again works', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await streamer.addInitScript(() => {
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const held = () => sessionStorage.getItem('held') !== 'no';
    navigator.mediaDevices.getUserMedia = (constraints) =>
      held()
        ? Promise.reject(new DOMException('Could not start video source', 'NotReadableError'))
        : original(constraints);
  });
  await streamer.goto(`/studio/${channelName}`);
  await expect(streamer.getByText(/Another program is using the camera/)).toBeVisible();
  await streamer.evaluate(() => sessionStorage.setItem('held', 'no'));
  await button(streamer, 'Try again').click();
  await expectCameraPicture(streamer, PREVIEW);
  await expect(button(streamer, 'Go live')).toBeEnabled();
});

test.describe('a device that is unplugged while live', () => {
  let streamer: Page;
  let viewer: Page;

  test.beforeEach(async ({ person, channelName }) => {
    streamer = await person();
    await goLive(streamer, channelName);
    viewer = await person();
    await watch(viewer, channelName);
    await expectCameraPicture(viewer);
  });

  test('takes the picture but not the sound when it is the camera', async () => {
    await endTrack(streamer, 'video');
    await expect(streamer.getByText(/^The camera was disconnected\./)).toBeVisible();
    await expectSound(viewer);
    await button(streamer, 'Use another camera').click();
    await expectCameraPicture(viewer);
  });

  test('takes the sound but not the picture when it is the microphone', async () => {
    await endTrack(streamer, 'audio');
    await expect(streamer.getByText(/^The microphone was disconnected\./)).toBeVisible();
    await expectSilence(viewer);
    await expectCameraPicture(viewer);
    await button(streamer, 'Use another microphone').click();
    await expectSound(viewer);
  });
});

test('a page without a secure connection says why there is no camera', async ({
  person,
  server,
  channelName,
}) => {
  const streamer = await person({ baseURL: `http://${insecureHost}:${server.port}` });
  await streamer.goto(`/studio/${channelName}`);
  await button(streamer, 'Turn on camera and microphone').click();
  await expect(streamer.getByText(/^Browsers give camera, microphone and screen only/)).toBeVisible();
});

test('a page without a secure connection can still watch', async ({
  person,
  server,
  channelName,
}) => {
  await goLive(await person(), channelName);
  const viewer = await person({ baseURL: `http://${insecureHost}:${server.port}` });
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
});

for (const [who, message, notice] of [
  ['the person did not choose', 'Permission denied', null],
  ['the system refuses', 'Permission denied by system', /^Screen sharing is blocked\./],
] as const) {
  test(`a screen that ${who} leaves the camera on`, async ({ person, channelName }) => {
    const streamer = await person();
    await streamer.addInitScript((message) => {
      navigator.mediaDevices.getDisplayMedia = () =>
        Promise.reject(new DOMException(message, 'NotAllowedError'));
    }, message);
    await openStudio(streamer, channelName);
    await button(streamer, 'Share screen').click();
    const told = streamer.locator('[role="alert"]');
    if (notice) {
      await expect(told.getByText(notice)).toBeVisible();
      await expect(button(streamer, 'Share again')).toBeVisible();
    } else {
      await expect(button(streamer, 'Share screen')).toBeEnabled();
      await expect(told).toBeEmpty();
    }
    await expectCameraPicture(streamer, PREVIEW);
    await expect(button(streamer, 'Go live')).toBeEnabled();
  });
}
