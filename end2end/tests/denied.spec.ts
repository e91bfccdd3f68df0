import { expectAccessible } from '../support/accessibility.ts';
import { expectCameraPicture, expectSound, PREVIEW } from '../support/media.ts';
import { button, goLive, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ permission: 'asked' });

test('a denied camera is explained, and allowing it later goes on from there', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await streamer.goto(`/studio/${channelName}`);
  await expect(button(streamer, 'Turn on camera and microphone')).toBeEnabled();
  await expectAccessible(streamer);
  await button(streamer, 'Turn on camera and microphone').click();
  await expect(
    streamer.getByText('Your browser blocks the camera and the microphone.', { exact: false }),
  ).toBeVisible();
  await expect(button(streamer, 'Go live')).toBeDisabled();
  await expectAccessible(streamer);

  await streamer.context().grantPermissions(['camera', 'microphone']);
  await button(streamer, 'Try again').click();
  await expectCameraPicture(streamer, PREVIEW);
  await expect(button(streamer, 'Go live')).toBeEnabled();
});

test('a browser that need not ask turns everything on by itself', async ({
  person,
  channelName,
}) => {
  const streamer = await person({ permissions: ['camera', 'microphone'] });
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
  await expectSound(viewer);
});
