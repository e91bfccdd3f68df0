import { serverUnreachable } from '../support/faults.ts';
import { iceNames } from '../support/instruments.ts';
import { expectCameraPicture, expectSound } from '../support/media.ts';
import { expectStatus, goLive, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

for (const who of ['viewer', 'streamer'] as const) {
  test(`a ${who} on another network path restarts ICE, and the media go on`, async ({
    person,
    faults,
    channelName,
  }) => {
    faults.expect(serverUnreachable);
    const people = { streamer: await person(), viewer: await person() };
    await goLive(people.streamer, channelName);
    await watch(people.viewer, channelName);
    await expectCameraPicture(people.viewer);
    const before = await iceNames(people.streamer);
    expect(before).toHaveLength(1);

    // The browser says so itself: no network, then one again.
    await people[who].context().setOffline(true);
    await people[who].context().setOffline(false);
    await expect.poll(() => iceNames(people.streamer)).not.toEqual(before);
    expect(await iceNames(people.streamer), 'the same connection').toHaveLength(1);
    await expectCameraPicture(people.viewer);
    await expectSound(people.viewer);
    await expectStatus(people.viewer, status.live);
  });
}
