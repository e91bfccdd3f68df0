// Packets that no client of the old system sends, and what the old server does about each of them,
// as observed. It either closes the connection or takes no notice; it never answers with an error.

import { event, type Packet } from './wire.ts';

export interface Oddity {
  /** Goes on with 'closes the connection' or 'is passed over'. */
  name: string;
  packets: Packet[];
  /** What it does to the connection; otherwise, what it answers. */
  leads: 'closes' | string[];
  /** Where this is not the same on both transports. */
  only?: 'websocket' | 'polling';
  /** Sent before CONNECT. */
  early?: true;
}

const closes = (name: string, ...packets: Packet[]): Oddity => ({ name, packets, leads: 'closes' });
const nothing = (name: string, ...packets: Packet[]): Oddity => ({ name, packets, leads: [] });
const answered = (name: string, answer: string, ...packets: Packet[]): Oddity => ({
  name,
  packets,
  leads: [answer],
});

const one = Buffer.from([1]);
const join = event('joinStream', { channelName: 'odd' });
const joined = event('allStreamUsers', []);
const offer = (sessionDescriptor: unknown) =>
  JSON.stringify(['offer', { channelName: 'odd', sessionDescriptor }]);
const placeholder = (num: unknown) => ({ _placeholder: true, num });

/** What Socket.IO and Node keep for themselves. */
const reserved = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
];

/** Engine.IO: the first character. */
const engine: Oddity[] = [
  closes('a ping, which is the server\'s to send,', '2'),
  closes('a probe outside of an upgrade', '2probe'),
  nothing('a pong that nobody asked for', '3'),
  nothing('an OPEN', '0'),
  nothing('an UPGRADE outside of an upgrade', '5'),
  nothing('a NOOP', '6'),
  { ...nothing('a CLOSE', '1'), only: 'websocket' },
  { ...closes('a CLOSE', '1'), only: 'polling' },
  closes('an unknown Engine.IO type', '7'),
  closes('text that is no packet', 'x'),
  closes('an empty packet', ''),
  closes('text that is not UTF-8', { bytes: Buffer.from([0x34, 0x32, 0xff, 0xfe]) }),
];

/** Socket.IO without binary: the second character and what follows. */
const socket: Oddity[] = [
  closes('an empty message', '4'),
  closes('an unknown Socket.IO type', '47'),
  closes('a message that is no packet', '4x'),
  closes('a second CONNECT', '40'),
  closes('a CONNECT with a text', '40"x"'),
  closes('a CONNECT with a list', '40[1]'),
  closes('a CONNECT that is no JSON', '40{x'),
  closes('a DISCONNECT with a payload', '41{}'),
  closes('a DISCONNECT from another namespace', '41/x,'),
  nothing('an event without anything', '42'),
  nothing('an event of which only the acknowledgement\'s number is there', '421'),
  nothing('an event whose name is a number', '42[1]'),
  nothing('an event that is called error', '42["error",1]'),
  closes('an event that is an object', '42{}'),
  closes('an event that is a text', '42"offer"'),
  closes('an event without a name', '42[]'),
  closes('an event whose name is null', '42[null]'),
  closes('an event whose name is a boolean', '42[true]'),
  closes('an event whose name is an object', '42[{}]'),
  ...reserved.map((name) => closes(`an event with the reserved name ${name}`, `42["${name}"]`)),
  closes('an event that ends too early', '42["joinStream"'),
  closes('an event with something behind it', '42["nope"]x'),
  closes('an event in another namespace', '42/x,["offer",{}]'),
  nothing('an acknowledgement that nobody asked for', '4317[]'),
  nothing('an acknowledgement without a number', '43[]'),
  nothing('an acknowledgement without a payload', '431'),
  closes('an acknowledgement with an object', '431{}'),
  closes('a CONNECT_ERROR', '44{"message":"x"}'),
  answered('an event that names the main namespace', joined, `42/,${join.slice(2)}`),
  answered('an event that asks for an acknowledgement', joined, `4217${join.slice(2)}`),
  answered('a CONNECT to another namespace', '44/x,{"message":"Invalid namespace"}', '40/x,'),
];

/** Socket.IO with binary: the number of attachments, and what comes of them. */
const binary: Oddity[] = [
  closes('binary that nobody announced', one),
  closes('text in the place of an attachment', `451-${offer(placeholder(0))}`, '42["nope"]'),
  closes('a number of attachments without its dash', `451${offer(1)}`),
  closes('a number of attachments that is none', `45x-${offer(1)}`),
  closes('a missing number of attachments', `45-${offer(1)}`),
  closes('a negative number of attachments', `45-1-${offer(1)}`),
  closes('a number of attachments that no machine could hold', `4599999999999-${offer(1)}`),
  closes('an eleventh attachment', `4511-${offer(1)}`),
  closes('a placeholder beyond the attachments', `451-${offer(placeholder(5))}`, one),
  closes('a placeholder with a negative number', `451-${offer(placeholder(-1))}`, one),
  closes('a placeholder with a text for a number', `451-${offer(placeholder('0'))}`, one),
  closes('a placeholder for the name of the event', `451-[${JSON.stringify(placeholder(0))}]`, one),
  closes('an attachment too many', `451-${offer(placeholder(0))}`, one, one),
  closes('an event with binary that is an object', '451-{}', one),
  closes('an event with binary that is no JSON', '451-["offer"', one),
  nothing('an acknowledgement with binary that nobody asked for', '461-1[]', one),
  answered('an attachment that nothing refers to', joined, `451-${join.slice(2)}`, one),
  answered('a pong before an attachment', joined, `451-${join.slice(2)}`, '3', one),
];

/** Before CONNECT. */
const early: Oddity[] = [
  closes('an event before CONNECT', join),
  closes('a DISCONNECT before CONNECT', '41'),
  closes('an acknowledgement before CONNECT', '431[]'),
  closes('binary before CONNECT', one),
  closes('a first CONNECT that is no JSON', '40{x'),
  closes('a first CONNECT with a text', '40"x"'),
];

export const oddities: Oddity[] = [
  ...engine,
  ...socket,
  ...binary,
  ...early.map((oddity): Oddity => ({ ...oddity, early: true })),
];
