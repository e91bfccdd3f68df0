import { longestStill, watchForStills } from '../support/instruments.ts';
import { expectCameraPicture, PICTURE } from '../support/media.ts';
import { serverUnreachable } from '../support/faults.ts';
import { expectOnAir, expectServerAway, expectStatus, expectViewers, goLive, shown, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('a killed server takes no picture away, and everybody is back when it is', async ({
  person,
  server,
  faults,
  channelName,
}) => {
  faults.expect(serverUnreachable);
  const streamer = await person();
  await goLive(streamer, channelName, 'Unbroken');
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  await watchForStills(viewer, PICTURE);
  await server.kill();
  await expectServerAway(viewer);
  await expectStatus(streamer, status.serverAway);
  await expectCameraPicture(viewer);
  await server.restart();
  await expectStatus(viewer, status.live);
  await expectOnAir(streamer);
  await expectViewers(streamer, 1);
  await expectViewers(viewer, 1);
  expect(await longestStill(viewer), 'the picture goes on').toBeLessThan(1_500);
  await expectCameraPicture(viewer);

  // The new server knows the stream: a newcomer finds it, title and all.
  const late = await person();
  await watch(late, channelName);
  await expectCameraPicture(late);
  await expect(shown(late, 'Unbroken')).toBeVisible();
  await expectViewers(streamer, 2);
});
