import { expectCameraPicture, expectSound, PREVIEW } from '../support/media.ts';
import {
  button,
  endStream,
  expectOnAir,
  expectStatus,
  expectViewers,
  goLive,
  openStudio,
  shown,
  status,
  watch,
} from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('a stream that goes live in one browser is seen and heard in another', async ({
  person,
  channelName,
}) => {
  const streamer = await person();
  await goLive(streamer, channelName, 'First light');
  await expectCameraPicture(streamer, PREVIEW);

  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await expectSound(viewer);
  await expect(shown(viewer, 'First light')).toBeVisible();
  await expect(viewer).toHaveTitle(/First light/);
});

test('the streamer names the channel on the page', async ({ person, channelName }) => {
  const streamer = await person();
  await streamer.goto('/studio');
  await expect(button(streamer, 'Turn off camera')).toBeVisible();
  await expect(button(streamer, 'Go live')).toBeDisabled();
  await streamer.getByRole('textbox', { name: 'Channel', exact: true }).fill(channelName);
  await button(streamer, 'Go live').click();
  await expectOnAir(streamer);

  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);
});

test('the streamer sees before going live what will be sent', async ({ person, channelName }) => {
  const streamer = await person();
  await openStudio(streamer, channelName);
  await expectCameraPicture(streamer, PREVIEW);
  const level = streamer.getByRole('meter', { name: 'Sound level' });
  await expect
    .poll(() => level.evaluate((meter: HTMLMeterElement) => meter.value), { message: 'a level' })
    .toBeGreaterThan(0);
});

test('the copied link leads viewers to the stream', async ({ person, channelName }) => {
  const streamer = await person({
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
  });
  await goLive(streamer, channelName);
  await button(streamer, 'Copy link').click();
  await expect(shown(streamer, 'Link copied')).toBeVisible();
  const link = await streamer.evaluate(() => navigator.clipboard.readText());

  const viewer = await person();
  await viewer.goto(link);
  await expectCameraPicture(viewer);
});

test('the link to pass on is the address that the streamer uses, whatever a proxy says', async ({
  person,
  channelName,
}) => {
  const streamer = await person({
    extraHTTPHeaders: { 'x-forwarded-host': 'inner.example', 'x-forwarded-proto': 'https' },
  });
  await openStudio(streamer, channelName);
  const sent = await streamer.request.get(`/c/${channelName}`);
  expect(await sent.text()).toContain('https://inner.example/c/');
  const origin = new URL(streamer.url()).origin;
  await expect(streamer.locator('.share-address')).toHaveAttribute('href', `${origin}/c/${channelName}`);
});

test('viewers come and go by name and number', async ({ person, channelName }) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  await expectViewers(streamer, 0);
  await expect(streamer.getByText('Nobody is watching yet.')).toBeVisible();

  const first = await person();
  await watch(first, channelName);
  await expectViewers(streamer, 1);
  await expect(streamer.getByText(/^Guest \d{4}$/)).toHaveCount(1);

  const second = await person();
  await watch(second, channelName);
  await expectViewers(streamer, 2);
  await expectViewers(first, 2);
  await expect(streamer.getByText(/^Guest \d{4}$/)).toHaveCount(2);

  await first.close();
  await expectViewers(streamer, 1);
  await expectViewers(second, 1);
  await expectCameraPicture(second);
});

test('ending a stream asks back, and viewers are told', async ({ person, channelName }) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.live);

  await button(streamer, 'End stream').click();
  await button(streamer, 'Keep streaming').click();
  await expect(streamer.getByRole('dialog')).toHaveCount(0);
  await expectCameraPicture(viewer);

  await endStream(streamer);
  await expectStatus(viewer, status.ended);
  await expectCameraPicture(streamer, PREVIEW);
});

test('a channel on which somebody else is live is refused', async ({ person, channelName }) => {
  const streamer = await person();
  await goLive(streamer, channelName);
  const other = await person();
  await openStudio(other, channelName);
  await button(other, 'Go live').click();
  await expect(
    other.getByText('Somebody else is live on this channel. Choose another name.'),
  ).toBeVisible();
  await expectOnAir(streamer);
});
