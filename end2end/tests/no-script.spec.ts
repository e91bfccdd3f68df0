import { goLive, shown, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('without JavaScript the watch page still says what and who it is', async ({
  person,
  faults,
  channelName,
}) => {
  // The page announces what its script would have fetched.
  faults.expect(/was preloaded using link preload but not used/);
  await goLive(await person(), channelName, 'Sent as text');
  const reader = await person({ javaScriptEnabled: false });
  await watch(reader, channelName);
  await expect(reader).toHaveTitle(/Sent as text/);
  await expect(shown(reader, 'Sent as text')).toBeVisible();
  await expect(shown(reader, channelName)).toBeVisible();
  await expect(reader.getByRole('status')).toHaveCount(1);
  await expect(reader.locator('[data-viewers]').first()).toHaveAttribute('data-viewers', '0');
  await expect(reader.locator('video[data-slot="1"]')).toBeAttached();
  const notice = reader.locator('noscript p');
  await expect(notice).toBeVisible();
  await expect(notice).toHaveText(/^This page needs JavaScript/);
});

test('a link to a channel has a preview of its own', async ({ person, faults, channelName }) => {
  faults.expect(/was preloaded using link preload but not used/);
  await goLive(await person(), channelName, 'A preview');
  const reader = await person({ javaScriptEnabled: false });
  await watch(reader, channelName);
  const property = (name: string) => reader.locator(`meta[property="og:${name}"]`);
  await expect(property('title')).toHaveAttribute('content', /A preview/);
  await expect(property('description')).toHaveAttribute('content', new RegExp(channelName));
  await expect(property('url')).toHaveAttribute('content', reader.url());
  const icon = await reader.locator('link[rel="icon"]').first().getAttribute('href');
  expect((await reader.request.get(icon ?? '/missing')).status()).toBe(200);
});

test('a title cannot carry markup into the page', async ({ person, channelName }) => {
  const title = '</title><script>alert(1)</script>"';
  await goLive(await person(), channelName, title);
  const reader = await person();
  await watch(reader, channelName);
  await expect(shown(reader, title)).toBeVisible();
  const page = await (await reader.request.get(`/c/${channelName}`)).text();
  expect(page).not.toContain('<script>alert');
});
