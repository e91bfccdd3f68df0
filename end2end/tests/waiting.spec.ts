import { expectCameraPicture } from '../support/media.ts';
import { endStream, expectStatus, goLive, shown, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('a viewer who comes first waits, and the page starts by itself', async ({
  person,
  channelName,
}) => {
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.waiting);
  await expect(shown(viewer, 'You are the first')).toBeVisible();
  const streamer = await person();
  await goLive(streamer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);

  await endStream(streamer);
  await expectStatus(viewer, status.ended);
  await streamer.getByRole('button', { name: 'Go live', exact: true }).click();
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
});

test('a channel has a name in any script', async ({ person, channelName }) => {
  const name = `한국어 채널 ${channelName}`;
  const streamer = await person();
  await goLive(streamer, name, '첫 방송');
  const viewer = await person();
  await watch(viewer, name);
  await expectCameraPicture(viewer);
  await expect(shown(viewer, name)).toBeVisible();
  await expect(shown(viewer, '첫 방송')).toBeVisible();
});

for (const [rule, name, reason] of [
  ['has a forbidden character', 'a<b', 'A channel name cannot contain “<”.'],
  ['is too long', 'x'.repeat(65), 'A channel name has at most 64 characters.'],
] as const) {
  test(`a name that ${rule} is refused in the address`, async ({ person, faults }) => {
    faults.expect(/the server responded with a status of 4\d\d/);
    const viewer = await person();
    await watch(viewer, name);
    await expect(shown(viewer, 'No channel can have this name.')).toBeVisible();
    await expect(shown(viewer, reason)).toBeVisible();
    await expect(viewer.getByRole('link', { name: 'See who is live' })).toBeVisible();
  });
}

test('a name that breaks a rule is explained where it is typed', async ({ person }) => {
  const streamer = await person();
  await streamer.goto('/studio');
  const name = streamer.getByRole('textbox', { name: 'Channel', exact: true });
  await expect(streamer.getByRole('button', { name: 'Turn off camera' })).toBeVisible();
  await name.fill('a/b');
  await expect(streamer.getByText(/^A channel name cannot contain/)).toBeVisible();
  await name.fill('x'.repeat(65));
  await expect(streamer.getByText(/^A channel name has at most 64 characters/)).toBeVisible();
});
