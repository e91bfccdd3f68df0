// What each scenario must lead to. For the old server that is what was recorded of it; Heliograph
// differs where it must not do what the old server did.

import { oldServer } from './servers.ts';
import { type Scenario, type Sequences, scenarios, type Step } from './scenario.ts';

/** Scenarios for one way to run the server. */
export interface Setting {
  /** How the server runs, for the tests' titles. */
  name: string;
  flags: string[];
  scenarios: Scenario[];
}

const recorded = scenarios('traces');
const strict = scenarios('strict');

/** By default, rooms without a name and other sockets' own rooms are refused; where that makes no
 * difference, there is nothing to see without it. */
export const settings: Setting[] = oldServer
  ? [{ name: 'the old server', flags: [], scenarios: [...recorded.values()] }]
  : [
      {
        name: 'strict rooms',
        flags: [],
        scenarios: [...recorded.values()].map(
          (scenario) => strict.get(scenario.scenario) ?? survived(scenario),
        ),
      },
      {
        name: 'the old rooms',
        flags: ['--strict-rooms', 'false'],
        scenarios: [...recorded.values()].filter(({ scenario }) => strict.has(scenario)),
      },
    ];

/** Where the old server died of a missing payload, the message is ignored: nobody loses the
 * connection, and A and the sender B can meet as if nothing had happened. */
function survived(scenario: Scenario): Scenario {
  if (scenario.trace.serverAlive) return scenario;
  const user = { id: 'B' };
  const offer = { type: 'offer', sdp: 'after the crash that was' };
  const after: Step[] = [
    { emit: 'B', event: 'joinStream', args: [{ channelName: 'ch', user }] },
    { emit: 'A', event: 'offer', args: [{ channelName: 'ch', sessionDescriptor: offer }] },
  ];
  const perClient: Sequences = {
    A: [
      ['allStreamUsers', []],
      ['userJoinedStream', user],
    ],
    B: [
      ['allStreamUsers', [{ $id: 'A' }]],
      ['receiveOffer', offer],
    ],
  };
  const steps = [...scenario.trace.steps.map(({ step }) => step), ...after];
  return {
    ...scenario,
    note: 'a message without a payload is ignored, and everybody goes on.',
    trace: { steps: steps.map((step) => ({ step, received: {} })), perClient, serverAlive: true },
  };
}
