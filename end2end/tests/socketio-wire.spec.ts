// What clients of the old system and whoever stands between may rely on below the events.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../socketio/client.ts';
import { expect, test } from '../socketio/test.ts';
import {
  answers,
  ask,
  connected,
  event,
  type Line,
  Polling,
  polling,
  refusal,
  Socket,
  unknownSession,
  websocket,
} from '../socketio/wire.ts';

const limit = 1_000_000;
const unsupported = { code: 5, message: 'Unsupported protocol version' };
const unknownTransport = { code: 0, message: 'Transport unknown' };
const badRequest = { code: 3, message: 'Bad request' };

/** An event that is ignored, of this many bytes. */
const ofSize = (bytes: number) => event('nope', 'x'.repeat(bytes - event('nope', '').length));

test.describe('the handshake', () => {
  const opening = {
    sid: expect.stringMatching(/^[\w-]{20,}$/),
    pingInterval: 25_000,
    pingTimeout: 20_000,
    maxPayload: limit,
  };

  test('over polling offers WebSocket', async ({ server }) => {
    const line = await Polling.open(server.port);
    expect(line.opening).toEqual({ ...opening, upgrades: ['websocket'] });
  });

  test('over WebSocket offers nothing more, and no compression', async ({ server }) => {
    const line = await Socket.open(server.port);
    expect(line.extensions, 'of those that the client offers').toBe('');
    expect(line.opening).toEqual({ ...opening, upgrades: [] });
    await line.hangUp();
  });

  test('works below any path that begins as it should, and nowhere else', async ({ server }) => {
    const status = async (path: string) => (await ask(server.port, path)).status;
    const query = '?EIO=4&transport=polling';
    expect(await status(`/socket.io/any/thing/${query}`)).toBe(200);
    expect(await status(`/socket.io${query}`)).toBe(404);
    expect(await status(`/socket.iox/${query}`)).toBe(404);
  });

  for (const [what, query, body] of [
    ['another protocol version', 'EIO=3&transport=polling', unsupported],
    ['no protocol version', 'transport=polling', unsupported],
    ['an unknown transport', 'EIO=4&transport=carrier-pigeon', unknownTransport],
    ['no transport', 'EIO=4', unknownTransport],
    ['WebSocket without an upgrade', 'EIO=4&transport=websocket', badRequest],
    ['an unknown session', 'EIO=4&transport=polling&sid=nobody', unknownSession],
  ] as const) {
    test(`with ${what} is refused by a number and a text`, async ({ server }) => {
      const { status, headers, text } = await ask(server.port, `/socket.io/?${query}`);
      expect(status).toBe(400);
      expect(headers['content-type']).toContain('application/json');
      expect(JSON.parse(text)).toEqual(body);
    });
  }

  for (const method of ['POST', 'PUT', 'OPTIONS']) {
    test(`by ${method} is refused by a number and a text`, async ({ server }) => {
      const { status, text } = await ask(server.port, polling, { method });
      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({ code: 2, message: 'Bad handshake method' });
    });
  }

  test('over WebSocket is refused for an unknown session', async ({ server }) => {
    expect(await refusal(server.port, `${websocket}&sid=nobody`)).toBe(400);
  });
});

test('the first event after CONNECT is never lost', async ({ server }) => {
  for (const open of [Socket.open, Polling.open]) {
    for (let turn = 0; turn < 100; turn += 1) {
      const line: Line = await open(server.port);
      await connected(line);
      await line.send(event('joinStream', { channelName: `first of ${line.opening.sid}` }));
      expect(await line.next()).toBe(event('allStreamUsers', []));
      await line.hangUp();
    }
  }
});

test.describe('polling', () => {
  test('answers text that nobody may keep', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const posted = await line.post(event('joinStream', { channelName: 'kept' }));
    expect([posted.status, posted.text]).toEqual([200, 'ok']);
    expect(posted.headers['cache-control']).toBe('no-store');
    const polled = await line.poll();
    expect([polled.status, polled.text]).toEqual([200, event('allStreamUsers', [])]);
    expect(polled.headers['cache-control']).toBe('no-store');
    expect(polled.headers['content-type']).toBe('text/plain; charset=UTF-8');
  });

  test('refuses a message over the limit, and goes on', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    expect((await line.post(ofSize(limit))).status).toBe(200);
    expect((await line.post(ofSize(limit + 1))).status).toBe(413);
    expect(await answers(line)).toBe(true);
  });

  test('is ended by a second poll beside the first', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const [first, second] = await Promise.all([line.poll(), line.poll()]);
    expect([first.status, second.status].sort()).toEqual([200, 400]);
    expect(JSON.parse((await line.post('3')).text)).toEqual(unknownSession);
  });

  test('is ended by a client that hangs up in the middle of a poll', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const friend = await connected(await Socket.open(server.port));
    await friend.send(event('joinStream', { channelName: 'cut short' }));
    await friend.next();
    await line.send(event('joinStream', { channelName: 'cut short', user: 'who hangs up' }));
    await line.next();
    expect(await friend.next()).toBe(event('userJoinedStream', 'who hangs up'));
    const hangsUp = new AbortController();
    const poll = line.poll({ signal: hangsUp.signal }).catch(() => 'cut');
    // By then the poll has come, for it was sent first.
    expect((await line.post('3')).status).toBe(200);
    hangsUp.abort();
    expect(await poll).toBe('cut');
    expect(await friend.next()).toBe(event('userLeftStream', 'who hangs up'));
    expect((await line.post('3')).status).toBe(400);
    await friend.hangUp();
  });

  test('is over with a CLOSE, and its poll is let go', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const poll = line.poll();
    expect((await line.post('1')).status).toBe(200);
    expect((await poll).status).toBeLessThanOrEqual(400);
    expect(JSON.parse((await line.poll()).text)).toEqual(unknownSession);
  });

  test('is not spoken to a session over WebSocket', async ({ server }) => {
    const line = await connected(await Socket.open(server.port));
    const path = `${polling}&sid=${line.opening.sid}`;
    for (const method of ['GET', 'POST']) {
      expect((await ask(server.port, path, { method })).status).toBe(400);
    }
    expect(await answers(line)).toBe(true);
    await line.hangUp();
  });
});

test.describe('a WebSocket', () => {
  test('is closed for a message over the limit', async ({ server }) => {
    const line = await connected(await Socket.open(server.port));
    await line.send(ofSize(limit));
    expect(await answers(line)).toBe(true);
    await line.send(ofSize(limit + 1));
    expect(await line.next()).toBeUndefined();
    expect(line.code).toBe(1009);
  });

  test('is closed with the right status for text that is not UTF-8', async ({ server }) => {
    const line = await connected(await Socket.open(server.port));
    await line.send({ bytes: Buffer.from([0x34, 0x32, 0xff]) });
    expect(await line.next()).toBeUndefined();
    expect(line.code).toBe(1007);
  });
});

test.describe('an upgrade', () => {
  const path = (line: Line) => `${websocket}&sid=${line.opening.sid}`;

  test('moves the session, whose polls are let go and then refused', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const held = line.poll();
    const socket = await Socket.dial(server.port, path(line));
    await socket.send('2probe');
    expect(await socket.next()).toBe('3probe');
    expect((await held).text, 'a NOOP').toBe('6');
    await socket.send('5', event('joinStream', { channelName: 'moved' }));
    expect(await socket.next()).toBe(event('allStreamUsers', []));
    const { status, text } = await line.poll();
    expect([status, JSON.parse(text)]).toEqual([400, badRequest]);
    await socket.hangUp();
  });

  test('that is not finished leaves the session where it is', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const socket = await Socket.dial(server.port, path(line));
    await socket.send('2probe');
    expect(await socket.next()).toBe('3probe');
    await socket.hangUp();
    expect(await answers(line)).toBe(true);
  });

  test('that begins with anything else is closed, and the session stays', async ({ server }) => {
    for (const packet of [event('nope', 1), '2', 'x']) {
      const line = await connected(await Polling.open(server.port));
      const socket = await Socket.dial(server.port, path(line));
      await socket.send(packet);
      expect(await socket.next()).toBeUndefined();
      expect(await answers(line)).toBe(true);
    }
  });

  test('happens once', async ({ server }) => {
    const line = await connected(await Polling.open(server.port));
    const first = await Socket.dial(server.port, path(line));
    await first.send('2probe', '5');
    expect(await first.next()).toBe('3probe');
    // The old server takes a second one and closes it at once; Heliograph refuses it before that.
    const second = await Socket.dial(server.port, path(line)).catch(() => undefined);
    expect(await second?.next()).toBeUndefined();
    await first.hangUp();
  });

  test('loses nothing and keeps the order', async ({ server }) => {
    const sender = await Client.connect(`http://127.0.0.1:${server.port}`, 'websocket');
    const line = await connected(await Polling.open(server.port));
    const socket = await Socket.dial(server.port, path(line));
    const received: string[] = [];
    const arrive = async (from: Line, count: number) => {
      while (received.length < count) received.push((await from.next()) ?? 'the end');
    };
    const say = (from: number, to: number) => {
      for (let candidate = from; candidate < to; candidate += 1) {
        sender.emit('candidate', [{ channelName: line.id, candidate }]);
      }
    };
    say(0, 20);
    await arrive(line, 20);
    await socket.send('2probe');
    say(20, 40);
    expect(await socket.next()).toBe('3probe');
    say(40, 60);
    await socket.send('5');
    say(60, 80);
    await arrive(socket, 80);
    const sent = Array.from({ length: 80 }, (_, index) => event('receiveCandidate', index));
    expect(received).toEqual(sent);
    sender.close();
    await socket.hangUp();
  });
});

test.describe('the client script', () => {
  const published = (file: string) =>
    readFileSync(join(import.meta.dirname, '../node_modules/socket.io-client/dist', file), 'utf8');

  for (const name of ['socket.io', 'socket.io.min', 'socket.io.esm.min', 'socket.io.msgpack.min']) {
    for (const [file, type] of [
      [`${name}.js`, /^(text|application)\/javascript; charset=utf-8$/],
      [`${name}.js.map`, /^application\/json/],
    ] as const) {
      test(`${file} is served as it was published`, async ({ server }) => {
        const { status, headers, text } = await ask(server.port, `/socket.io/${file}`);
        expect(status).toBe(200);
        expect(headers['content-type']).toMatch(type);
        expect(headers['cache-control'], 'asked for again').toMatch(/no-cache|max-age=0/);
        expect(text === published(file), 'the text is that of the package').toBe(true);
      });
    }
  }

  test('is not sent again to whoever has it', async ({ server }) => {
    const script = '/socket.io/socket.io.min.js';
    const { etag } = (await ask(server.port, script)).headers;
    const again = (tag: string) => ask(server.port, script, { headers: { 'if-none-match': tag } });
    const known = await again(etag!);
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await again(`W/${etag}`)).status).toBe(304);
    expect((await again('"of another version"')).status).toBe(200);
  });
});
