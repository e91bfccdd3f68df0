import type { Page } from '@playwright/test';
import { type Kind, meddle, rewrite, translate } from '../support/foreign.ts';
import { Meddler } from '../support/meddler.ts';
import { expectCameraPicture } from '../support/media.ts';
import { button, expectOnAir, expectStatus, openStudio, status, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

for (const kind of ['changed', 'stripped'] as const satisfies Kind[]) {
  test(`every page works although others have ${kind} it before it started`, async ({
    person,
    server,
    faults,
    channelName,
  }) => {
    faults.expect(/status of 404/);
    const channel = `${channelName}@example.org`;
    const meddler = await Meddler.start(server.port, rewrite);
    const streamer = await person({ baseURL: meddler.origin });
    await meddle(streamer, kind);
    await openStudio(streamer, channel);
    await button(streamer, 'Go live').click();
    await expectOnAir(streamer);

    const visitor = await person({ baseURL: meddler.origin });
    await meddle(visitor, kind);
    await watch(visitor, channel);
    await expectStatus(visitor, status.live);
    await expectCameraPicture(visitor);
    await expect(visitor.getByRole('heading', { name: channel })).toBeVisible();
    await expect(visitor.locator('main'), 'nothing is there twice').toHaveCount(1);
    await expectWorks(visitor);
    await button(visitor, 'Mute').click();
    await expect(button(visitor, 'Unmute')).toBeVisible();

    await visitor.goto(`/embed/${encodeURIComponent(channel)}`);
    await expectStatus(visitor, status.live);
    await button(visitor, 'Unmute').click();
    await expect(button(visitor, 'Mute')).toBeVisible();

    await visitor.goto('/');
    await expect(visitor.getByRole('link', { name: channel })).toBeVisible();
    await expectWorks(visitor);

    await visitor.goto('/nowhere');
    await expect(visitor.getByRole('heading', { name: 'There is nothing here.' })).toBeVisible();
    await expectWorks(visitor);
    meddler.close();
  });
}

test('a translated page goes on telling the truth', async ({ person, channelName }) => {
  const streamer = await person();
  await openStudio(streamer, channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectStatus(viewer, status.waiting);
  await translate(streamer);
  await translate(viewer);
  await expectStatus(viewer, `«${status.waiting}»`);

  await button(streamer, '«Go live»').click();
  await expectOnAir(streamer);
  await expectStatus(viewer, status.live);
  await expectCameraPicture(viewer);
  await translate(streamer);
  await translate(viewer);
  await button(streamer, '«Turn off camera»').click();
  await expect(viewer.getByText(/^Camera is off\./)).toBeVisible();
  await expect(button(streamer, 'Turn on camera')).toBeVisible();

  // Another language replaces every word, translated or not.
  await translate(viewer);
  await viewer.getByRole('button', { name: '한국어' }).click();
  await expectStatus(viewer, '방송 중');
  await expect(viewer.locator('#heliograph')).not.toContainText('«Copy');

  await button(streamer, '«End stream»').click();
  const dialog = streamer.getByRole('dialog');
  await dialog.getByRole('button', { name: 'End stream' }).click();
  await expectStatus(streamer, 'You are not live yet.');
  await expectStatus(viewer, '방송이 끝났어요.');
});

/** The header's buttons do what they say. */
async function expectWorks(page: Page): Promise<void> {
  await button(page, '한국어').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await button(page, 'English').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
}
