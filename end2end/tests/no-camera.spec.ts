import { expectSound } from '../support/media.ts';
import { button, expectOnAir, expectStatus, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ devices: 'no camera' });

test('without a camera the microphone is used, and the page says what is missing', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await streamer.goto(`/studio/${channelName}`);
  await expect(streamer.getByText(/^No camera was found\./)).toBeVisible();
  await button(streamer, 'Go live').click();
  await expectOnAir(streamer);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectSound(viewer);
});
