// Clients of the old system, unmodified, see what they always saw.

import { expect, test as base } from '@playwright/test';
import { perform } from '../socketio/driver.ts';
import { settings } from '../socketio/expectations.ts';
import { line, type Sequences, type Transport } from '../socketio/scenario.ts';
import { type Running, startServer } from '../socketio/servers.ts';

interface Servers {
  /** The next server of each kind, which starts while another is in use. */
  spares: Map<string, Promise<Running>>;
}

/** Names of channels are part of the scenarios, so each has a server to itself. */
const test = base.extend<{ flags: string[]; server: Running }, Servers>({
  flags: [[], { option: true }],
  spares: [
    async ({}, use) => {
      const spares: Servers['spares'] = new Map();
      await use(spares);
      for (const spare of spares.values()) await (await spare).kill();
    },
    { scope: 'worker' },
  ],
  server: async ({ flags, spares }, use) => {
    const kind = flags.join(' ');
    const server = await (spares.get(kind) ?? startServer(flags));
    spares.set(kind, startServer(flags));
    await use(server);
    await server.kill();
  },
});

const inUse: Record<Transport, string> = {
  websocket: 'websocket',
  polling: 'polling',
  upgrade: 'websocket',
};

for (const { name, flags, scenarios } of settings) {
  test.describe(name, () => {
    test.use({ flags });

    for (const scenario of scenarios) {
      for (const transport of scenario.modes) {
        test(`${scenario.scenario} over ${transport}: ${scenario.note}`, async ({ server }) => {
          const outcome = await perform(scenario, server.port, transport);
          expect(lines(outcome.perClient), outcome.stuck ?? '').toEqual(
            lines(scenario.trace.perClient),
          );
          expect(outcome.stuck).toBeUndefined();
          expect(outcome.acknowledgements).toBe(0);
          expect(new Set(Object.values(outcome.transports))).toEqual(new Set([inUse[transport]]));
        });
      }
    }
  });
}

/** Readable where they differ, and as exact as JSON. Who received nothing is left out. */
function lines(perClient: Sequences): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(perClient)
      .filter(([, messages]) => messages.length > 0)
      .map(([name, messages]) => [name, messages.map(line)]),
  );
}
