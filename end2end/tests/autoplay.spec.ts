import { expectCameraPicture, expectSilence, expectSound } from '../support/media.ts';
import { button, expectStatus, goLive, status, watch } from '../support/people.ts';
import { test } from '../support/test.ts';

test.use({ autoplay: 'blocked' });

test('where the browser blocks sound, the picture starts and one tap brings the sound', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectSilence(viewer);
  await button(viewer, 'Unmute').first().click();
  await expectSound(viewer);
  await expectCameraPicture(viewer);
});
