import { expectAccessible } from '../support/accessibility.ts';
import { expectCameraPicture } from '../support/media.ts';
import { button, endStream, expectStatus, goLive, openStudio, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('the list, empty and filled', async ({ person, channelName }) => {
  const visitor = await person();
  await visitor.goto('/');
  await expectAccessible(visitor);
  await goLive(await person(), channelName, 'Reachable');
  await expect(visitor.getByRole('link', { name: channelName })).toBeVisible();
  await expectAccessible(visitor);
});

test('the studio: ready, live, asking back, with a problem', async ({ person, channelName }) => {
  const streamer = await person();
  await streamer.goto('/studio');
  await expect(button(streamer, 'Turn off camera')).toBeVisible();
  await expectAccessible(streamer);
  await streamer.getByRole('textbox', { name: 'Channel', exact: true }).fill('a/b');
  await expect(streamer.getByText(/^A channel name cannot contain/)).toBeVisible();
  await expectAccessible(streamer);
  await openStudio(streamer, channelName);
  await button(streamer, 'Go live').click();
  await expectStatus(streamer, status.live);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
  await expectAccessible(streamer);
  await button(streamer, 'End stream').click();
  await expect(streamer.getByRole('dialog')).toBeVisible();
  await expectAccessible(streamer);

  const other = await person();
  await openStudio(other, channelName);
  await button(other, 'Go live').click();
  await expect(other.getByText(/^Somebody else is live/)).toBeVisible();
  await expectAccessible(other);
});

test('the watch page: waiting, live, with help, ended', async ({ person, channelName }) => {
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.waiting);
  await expectAccessible(viewer);
  const streamer = await person();
  await goLive(streamer, channelName, 'Reachable');
  await expectCameraPicture(viewer);
  await expectAccessible(viewer);
  await viewer.keyboard.press('?');
  await expect(viewer.getByRole('dialog')).toBeVisible();
  await expectAccessible(viewer);
  await viewer.keyboard.press('Escape');
  await endStream(streamer);
  await expectStatus(viewer, status.ended);
  await expectAccessible(viewer);
});

test('the embedded player, a refused name and a page that is not there', async ({
  person,
  faults,
  channelName,
}) => {
  faults.expect(/status of 4\d\d/);
  await goLive(await person(), channelName);
  const visitor = await person();
  await visitor.goto(`/embed/${channelName}`);
  await expectCameraPicture(visitor);
  await expectAccessible(visitor);
  for (const path of ['/c/a%3Cb', '/nowhere']) {
    await visitor.goto(path);
    await expectAccessible(visitor);
  }
});

test('Korean pages', async ({ person, channelName }) => {
  const streamer = await person({ locale: 'ko-KR' });
  await streamer.goto(`/studio/${channelName}`);
  await button(streamer, '방송 시작').click();
  const viewer = await person({ locale: 'ko-KR' });
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
  await expectAccessible(viewer);
  await expectAccessible(streamer);
});
