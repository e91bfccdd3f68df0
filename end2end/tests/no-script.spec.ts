import { goLive, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('without JavaScript the watch page still says what and who it is', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName, 'Sent as text');
  const reader = await person({ javaScriptEnabled: false });
  await watch(reader, channelName);
  await expect(reader).toHaveTitle(/Sent as text/);
  await expect(reader.getByText('Sent as text').first()).toBeVisible();
  await expect(reader.getByText(channelName).first()).toBeVisible();
  await expect(reader.getByRole('status')).toHaveCount(1);
  await expect(reader.locator('[data-viewers]').first()).toHaveAttribute('data-viewers', '0');
  await expect(reader.locator('video[data-slot="1"]')).toBeAttached();
  await expect(reader.getByText('This page needs JavaScript').first()).toBeVisible();
});

test('a link to a channel has a preview of its own', async ({ person, channelName }) => {
  await goLive(await person(), channelName, 'A preview');
  const reader = await person();
  const page = await (await reader.request.get(`/c/${channelName}`)).text();
  for (const property of ['og:title', 'og:description', 'og:url']) {
    expect(page, property).toMatch(new RegExp(`<meta[^>]*property="${property}"[^>]*content="[^"]+`));
  }
  expect(page).toMatch(/og:title"[^>]*content="[^"]*A preview/);
  const icon = /<link[^>]*rel="icon"[^>]*href="([^"]+)"/.exec(page)?.[1];
  expect((await reader.request.get(icon ?? '/missing')).status()).toBe(200);
});

test('a title cannot carry markup into the page', async ({ person, channelName }) => {
  const title = '</title><script>alert(1)</script>"';
  await goLive(await person(), channelName, title);
  const reader = await person();
  await watch(reader, channelName);
  await expect(reader.getByText(title).first()).toBeVisible();
  const page = await (await reader.request.get(`/c/${channelName}`)).text();
  expect(page).not.toContain('<script>alert');
});
