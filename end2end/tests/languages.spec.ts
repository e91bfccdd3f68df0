import { expectCameraPicture } from '../support/media.ts';
import { button, expectStatus, goLive, watch } from '../support/people.ts';
import { expect, test } from '../support/test.ts';

const korean = {
  live: '방송 중',
  waiting: '아직 방송 전이에요. 시작하면 바로 보여드려요.',
  ended: '방송이 끝났어요.',
};

test('a Korean browser gets Korean pages from the first byte', async ({ person, channelName }) => {
  const viewer = await person({ locale: 'ko-KR' });
  const sent = await viewer.request.get(`/c/${channelName}`, {
    headers: { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' },
  });
  expect(await sent.text()).toMatch(/<html[^>]* lang="ko"/);

  await watch(viewer, channelName);
  await expectStatus(viewer, korean.waiting);
  const streamer = await person({ locale: 'ko-KR' });
  await streamer.goto(`/studio/${channelName}`);
  await button(streamer, '방송 시작').click();
  await expectStatus(viewer, korean.live);
  await expectCameraPicture(viewer);

  await button(streamer, '방송 끝내기').click();
  await streamer.getByRole('dialog').getByRole('button', { name: '방송 끝내기' }).click();
  await expectStatus(viewer, korean.ended);
});

test('a chosen language changes the page in place and is remembered', async ({
  person,
  channelName,
}) => {
  await goLive(await person(), channelName);
  const viewer = await person();
  await watch(viewer, channelName);
  await expectCameraPicture(viewer);

  await button(viewer, '한국어').click();
  await expectStatus(viewer, korean.live);
  await expect(viewer.locator('html')).toHaveAttribute('lang', 'ko');
  await expectCameraPicture(viewer);

  const sent = await viewer.request.get('/');
  expect(await sent.text()).toMatch(/<html[^>]* lang="ko"/);
  await watch(viewer, channelName);
  await expectStatus(viewer, korean.live);
  await button(viewer, 'English').click();
  await expectStatus(viewer, 'Live');
});
