import { button } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ devices: 'nothing' });

test('without any device the page says so, and the screen can be shown', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await streamer.goto(`/studio/${channelName}`);
  await expect(streamer.getByText(/^No camera and no microphone were found\./)).toBeVisible();
  await expect(button(streamer, 'Go live')).toBeDisabled();
  await expect(button(streamer, 'Share screen')).toBeEnabled();
});
