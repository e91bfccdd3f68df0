// What the old endpoint does about packets that no client of the old system sends.

import { type Oddity, oddities } from '../socketio/malformed.ts';
import { expect, test } from '../socketio/test.ts';
import { connected, event, type Line, type Packet, Polling, Socket } from '../socketio/wire.ts';

const transports = {
  websocket: (port: number): Promise<Line> => Socket.open(port),
  polling: (port: number): Promise<Line> => Polling.open(port),
};

for (const transport of ['websocket', 'polling'] as const) {
  for (const oddity of oddities.filter(({ only }) => only === undefined || only === transport)) {
    test(`over ${transport}, ${sentence(oddity)}`, async ({ server }) => {
      const line = await transports[transport](server.port);
      const bystander = await connected(await Socket.open(server.port));
      const subject = oddity.early ? line : await connected(line);
      expect(await reaction(subject, oddity.packets)).toEqual(oddity.leads);
      expect(await reaction(bystander, []), 'nobody else is hurt').toEqual([]);
      await Promise.all([line.hangUp(), bystander.hangUp()]);
    });
  }
}

function sentence({ name, leads }: Oddity): string {
  if (leads === 'closes') return `${name} closes the connection`;
  return `${name} is ${leads.length > 0 ? 'answered' : 'passed over'}`;
}

/** What comes before the answer to a question that follows, if an answer comes. */
async function reaction(
  line: Line & { id?: string },
  packets: Packet[],
): Promise<Oddity['leads']> {
  await line.send(...packets);
  // Only the second list names whoever asks: nothing else looks like it.
  const question = event('joinStream', { channelName: `of ${line.opening.sid}` });
  await line.send(question, question);
  const answers: string[] = [];
  for (let last = ''; last !== event('allStreamUsers', [line.id]); ) {
    const answer = await line.next();
    if (answer === undefined) return 'closes';
    last = answer;
    answers.push(answer);
  }
  return answers.slice(0, -2);
}
