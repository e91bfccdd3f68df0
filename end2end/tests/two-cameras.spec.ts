import { descriptions } from '../support/instruments.ts';
import { expectAnyPicture } from '../support/media.ts';
import { goLive, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test.use({ devices: 'two cameras' });

test('another camera takes over while live, without a new negotiation', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectAnyPicture(viewer);
  const before = await descriptions(streamer);

  const choice = streamer.getByRole('combobox', { name: 'Camera' });
  await choice.selectOption({ label: 'fake_device_2' });
  await expect
    .poll(() =>
      streamer.evaluate(() =>
        window.made.captures
          .flatMap((stream) => stream.getVideoTracks())
          .filter((track) => track.readyState === 'live')
          .map((track) => track.label),
      ),
    )
    .toEqual(['fake_device_2']);
  await expectAnyPicture(viewer);
  expect(await descriptions(streamer)).toEqual(before);
});
