import { button, openStudio } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

test('who watches downloads nothing of the studio, and gets there in one click', async ({
  person,
}) => {
  const visitor = await person();
  const requests: string[] = [];
  visitor.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await visitor.goto('/');
  await expect(visitor.getByRole('button', { name: /^Colours/ })).toBeEnabled();
  expect(requests).toContain('/pkg/heliograph.wasm');
  expect(requests).not.toContain('/pkg/studio.wasm');

  await visitor.getByRole('banner').getByRole('link', { name: 'Go live' }).click();
  await expect(visitor).toHaveURL(/\/studio$/);
  await expect(visitor.getByRole('textbox', { name: 'Title' })).toBeEnabled();
  expect(requests).toContain('/pkg/studio.wasm');
});

test('the way back leads into the studio from a list that was reloaded', async ({
  person,
  channelName,
}) => {
  const visitor = await person();
  await openStudio(visitor, channelName);
  await visitor.getByRole('banner').getByRole('link').first().click();
  await expect(visitor).toHaveURL(/\/$/);
  await visitor.reload();
  await expect(visitor.getByRole('button', { name: /^Colours/ })).toBeEnabled();

  await visitor.goBack();
  await expect(visitor).toHaveURL(new RegExp(`/studio/${channelName}$`));
  await expect(button(visitor, 'Go live')).toBeEnabled();
});
