import { expectAccessible } from '../support/accessibility.ts';
import { longestStill, watchForStills } from '../support/instruments.ts';
import { expectCameraPicture, PICTURE } from '../support/media.ts';
import { serverUnreachable } from '../support/faults.ts';
import { expectOnAir, expectServerAway, expectStatus, expectViewers, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

const outage = 10_000;

/** Longer than any hiccup of a busy machine, much shorter than the outage. */
const still = 1_500;

test('a viewer without the server for ten seconds goes on watching, and nobody is told', async ({
  person,
  network,
  faults,
  channelName,
}) => {
  faults.expect(serverUnreachable);
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person({ baseURL: network.origin });
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
  await expectViewers(streamer, 1);
  const name = await streamer.getByText(/^Guest \d{4}$/).textContent();

  await watchForStills(viewer, PICTURE);
  network.cut();
  await expectServerAway(viewer);
  await expectAccessible(viewer);
  await forOutage(async () => {
    await expectCameraPicture(viewer);
    await expectViewers(streamer, 1);
  });
  network.restore();
  await expectStatus(viewer, status.live);
  expect(await longestStill(viewer), 'the picture goes on').toBeLessThan(still);
  await expectViewers(streamer, 1);
  await expect(streamer.getByText(/^Guest \d{4}$/)).toHaveText([name ?? '']);
});

test('a streamer without the server for ten seconds stays live', async ({
  person,
  network,
  faults,
  channelName,
}) => {
  faults.expect(serverUnreachable);
  const streamer = await person({ baseURL: network.origin });
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  await watchForStills(viewer, PICTURE);
  network.cut();
  await expectStatus(streamer, status.serverAway);
  await forOutage(async () => {
    await expectCameraPicture(viewer);
    await expectStatus(viewer, status.live);
  });
  network.restore();
  await expectOnAir(streamer);
  expect(await longestStill(viewer), 'the picture goes on').toBeLessThan(still);

  // The signals pass again: a newcomer is served.
  const late = await person();
  await watch(late, channelName);
  await expectCameraPicture(late);
});

/** Looks again and again for as long as the server cannot be reached. */
async function forOutage(look: () => Promise<void>): Promise<void> {
  const end = Date.now() + outage;
  while (Date.now() < end) await look();
}
