import { endStream, expectViewers, goLive, watch } from '../support/people.ts';
import { expectCameraPicture } from '../support/media.ts';
import { expect, test } from '../support/test.ts';

test('the list shows a stream when it begins and drops it when it ends, by itself', async ({
  person,
  channelName,
}) => {
  const visitor = await person();
  const requests: string[] = [];
  await visitor.goto('/');
  const entry = visitor.getByRole('link', { name: channelName });
  await expect(entry).toHaveCount(0);
  await expect(visitor.getByRole('status')).toHaveCount(1);

  // From here on everything is pushed: a request would be a poll.
  await visitor.waitForLoadState('networkidle');
  visitor.on('request', (request) => requests.push(request.url()));
  const streamer = await person();
  await goLive(streamer, channelName, 'Listed');
  await expect(entry).toBeVisible();
  await expect(entry).toContainText('Listed');

  const viewer = await person();
  await watch(viewer, channelName);
  await expectViewers(streamer, 1);
  await expect(entry).toContainText('1');

  await endStream(streamer);
  await expect(entry).toHaveCount(0);
  expect(requests).toEqual([]);
});

test('a stream in the list is one click away', async ({ person, channelName }) => {
  await goLive(await person(), channelName);
  const visitor = await person();
  await visitor.goto('/');
  await visitor.getByRole('link', { name: channelName }).click();
  await expect(visitor).toHaveURL(new RegExp(`/c/${channelName}$`));
  await expectCameraPicture(visitor);
});

test('the list is in the page as the server sends it', async ({
  person,
  faults,
  channelName,
}) => {
  // The page announces what its script would have fetched.
  faults.expect(/was preloaded using link preload but not used/);
  await goLive(await person(), channelName, 'Rendered');
  const visitor = await person({ javaScriptEnabled: false });
  await visitor.goto('/');
  await expect(visitor.getByRole('link', { name: channelName })).toContainText('Rendered');
});
