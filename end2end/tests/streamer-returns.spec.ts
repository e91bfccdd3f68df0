import type { Page } from '@playwright/test';
import { nextFrames } from '../support/instruments.ts';
import { expectCameraPicture, expectNotBehind, PICTURE } from '../support/media.ts';
import { button, expectOnAir, expectStatus, goLive, openStudio, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('a streamer who reloads is seen again within three seconds of going live', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  // The page asks before it goes while live; the streamer means it.
  streamer.on('dialog', (dialog) => void dialog.accept());
  await streamer.reload();
  await expect(button(streamer, 'Go live')).toBeEnabled();
  await expectPictureSoon(streamer, viewer);
  await expectNotBehind(streamer, viewer);
});

test('a streamer who comes back with another browser is seen when the first is lost for ten seconds', async ({
  person,
  channelName,
}) => {
  const lost = await person();
  await goLive(lost, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  // The first browser is gone without a word: nobody ended the stream. The other one has no key to
  // it, so it has to wait, and then needs no second press.
  await lost.context().close();
  const streamer = await person();
  await openStudio(streamer, channelName);
  await expectPictureSoon(streamer, viewer, 10_000);
  await expectNotBehind(streamer, viewer);
});

test('a stream that another tab of the same browser takes over goes on there', async ({
  person,
  channelName,
}) => {
  const first = await person();
  await goLive(first, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  const second = await first.context().newPage();
  await openStudio(second, channelName);
  await expectPictureSoon(second, viewer);
  await expect(first.getByText('The stream goes on elsewhere.')).toBeVisible();
});

/** From the press of the button to the viewer's first new frame, beyond what has to be waited. */
async function expectPictureSoon(streamer: Page, viewer: Page, wait = 0): Promise<void> {
  await button(streamer, 'Go live').click();
  const pressed = Date.now();
  await expect(async () => {
    await expect(viewer.getByRole('status')).toHaveText(status.live, { timeout: 1 });
    await nextFrames(viewer, PICTURE, 2);
  }).toPass({ timeout: wait + 10_000, intervals: [50] });
  expect(Date.now() - pressed, 'milliseconds until the new picture').toBeLessThan(wait + 3_000);
  await expectOnAir(streamer);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
}
