import type { Page } from '@playwright/test';
import { descriptions, endTrack } from '../support/instruments.ts';
import {
  expectCameraPicture,
  expectScreenPicture,
  expectSilence,
  expectSound,
  PREVIEW,
} from '../support/media.ts';
import { button, endStream, expectStatus, goLive, openStudio, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.describe('while live', () => {
  let streamer: Page;
  let viewer: Page;

  test.beforeEach(async ({ person, channelName }) => {
    streamer = await person();
    await goLive(streamer, channelName);
    viewer = await person();
    await watch(viewer, channelName);
    await expectCameraPicture(viewer);
  });

  test('the picture goes from camera to screen and back without a new negotiation', async () => {
    const before = await descriptions(streamer);
    await button(streamer, 'Share screen').click();
    await expectScreenPicture(viewer);
    await expectScreenPicture(streamer, PREVIEW);
    await expectSound(viewer);
    await button(streamer, 'Stop sharing').click();
    await expectCameraPicture(viewer);
    expect(await descriptions(streamer)).toEqual(before);
  });

  test('a camera that is turned off leaves nothing to see, and comes back as it is then', async () => {
    const picture = viewer.locator('video[data-slot="1"]');
    await button(streamer, 'Turn off camera').click();
    await expect(picture).toHaveCSS('visibility', 'hidden', { timeout: 2_000 });
    await expect(viewer.getByText(/^Camera is off\. You still hear /)).toBeVisible();
    await expectSound(viewer);
    await expectStatus(viewer, status.live);
    await button(streamer, 'Turn on camera').click();
    await expect(picture).toHaveCSS('visibility', 'visible');
    await expectCameraPicture(viewer);
    await endStream(streamer);
    await expect(picture).toHaveCSS('visibility', 'hidden');
  });

  test("the browser's own stop button brings the camera back", async () => {
    await button(streamer, 'Share screen').click();
    await expectScreenPicture(viewer);
    await endTrack(streamer, 'video');
    await expect(
      streamer.getByText('Screen sharing was stopped.', { exact: false }),
    ).toBeVisible();
    await expectCameraPicture(viewer);
    await button(streamer, 'Share again').click();
    await expectScreenPicture(viewer);
  });

  test('a muted microphone sends silence until it is unmuted', async () => {
    await expectSound(viewer);
    await button(streamer, 'Mute microphone').click();
    await expectSilence(viewer);
    await expectCameraPicture(viewer);
    await button(streamer, 'Unmute microphone').click();
    await expectSound(viewer);
  });

  test('another microphone takes over without a new negotiation', async () => {
    const before = await descriptions(streamer);
    const choice = streamer.getByRole('combobox', { name: 'Microphone' });
    await choice.selectOption({ label: 'Fake Audio Input 2' });
    await expect.poll(() => liveLabels(streamer, 'audio')).toEqual(['Fake Audio Input 2']);
    await expectSound(viewer);
    expect(await descriptions(streamer)).toEqual(before);
  });
});

test('a stream of sound alone is heard, and the picture can join later', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await openStudio(streamer, channelName);
  await button(streamer, 'Turn off camera').click();
  await expect.poll(() => liveLabels(streamer, 'video')).toEqual([]);
  await button(streamer, 'Go live').click();
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectSound(viewer);
  await button(streamer, 'Turn on camera').click();
  await expectCameraPicture(viewer);
});

test('a stream of pictures alone is seen', async ({ person, channelName }) => {
  const streamer = await person();
  await openStudio(streamer, channelName);
  const choice = streamer.getByRole('combobox', { name: 'Microphone' });
  await choice.selectOption({ label: 'Turn off microphone' });
  await expect.poll(() => liveLabels(streamer, 'audio')).toEqual([]);
  await button(streamer, 'Go live').click();
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectSilence(viewer);
});

/** The names of the devices that the page is capturing from. */
function liveLabels(page: Page, kind: string): Promise<string[]> {
  return page.evaluate(
    (kind) =>
      window.made.captures
        .flatMap((stream) => stream.getTracks())
        .filter((track) => track.kind === kind && track.readyState === 'live')
        .map((track) => track.label),
    kind,
  );
}
