// Performs a scenario with real clients against a real server.
//
// Nothing sleeps here. After each step, whoever acted sends a numbered marker to a prober, which
// proves that the server has seen everything before it; then the prober sends a marker to the own
// room of every client, which arrives behind everything that the server had for that client.

import { Network } from '../support/network.ts';
import { Client, within } from './client.ts';
import {
  type Emission,
  filled,
  type Scenario,
  type Sequences,
  type Step,
  type Transport,
} from './scenario.ts';

/** What became of a scenario. */
export interface Outcome {
  perClient: Sequences;
  /** The transports that were really in use, by client. */
  transports: Record<string, string>;
  /** How many of the acknowledgements that were asked for have come. */
  acknowledgements: number;
  /** What did not happen, so that the rest was not tried. */
  stuck?: string;
}

/** Performs the scenario against the server at `port` of this machine. */
export async function perform(
  { trace: { steps } }: Scenario,
  port: number,
  transport: Transport,
): Promise<Outcome> {
  const killed = steps.flatMap(({ step }) => ('kill' in step ? [step.kill] : []));
  const stage = await Stage.open(port, transport, killed);
  try {
    const due = new Map<string, number>();
    for (const { step, received } of steps) {
      for (const [name, messages] of Object.entries(received)) {
        due.set(name, (due.get(name) ?? 0) + messages.length);
      }
      await within(stage.play(step, due), `after ${JSON.stringify(step).slice(0, 200)}`);
    }
    await within(stage.drain(), 'in the end');
    return stage.outcome();
  } catch (error) {
    // What has been received until here says more than that something was missing.
    return { ...stage.outcome(), stuck: String(error) };
  } finally {
    await stage.close();
  }
}

class Stage {
  private readonly clients = new Map<string, Client>();
  /** The ways to the server that will be cut. */
  private readonly ways = new Map<string, Network>();
  /** Who left the room of their own id, where markers arrive. */
  private readonly unreachable = new Set<Client>();
  private acknowledgements = 0;
  private markers = 0;

  private constructor(
    private readonly port: number,
    private readonly transport: Transport,
    private readonly prober: Client,
  ) {}

  static async open(port: number, transport: Transport, killed: string[]): Promise<Stage> {
    const prober = await Client.connect(`http://127.0.0.1:${port}`, 'websocket');
    const stage = new Stage(port, transport, prober);
    for (const name of killed) stage.ways.set(name, await Network.start(port));
    return stage;
  }

  /** One step, until all that follows from it has arrived. `due` is how many messages everybody
   * has then, by the recording: it is asked where a client goes, which no marker can prove. */
  async play(step: Step, due: Map<string, number>): Promise<void> {
    if ('connect' in step) {
      await this.enter(step.connect);
    } else if ('disconnect' in step) {
      this.named(step.disconnect).close();
      await this.gone(step.disconnect, due);
    } else if ('kill' in step) {
      this.ways.get(step.kill)?.cut();
      await this.gone(step.kill, due);
    } else if ('burst' in step) {
      for (const emission of step.burst) this.say(emission);
      for (const name of new Set(step.burst.map(({ emit }) => emit))) await this.seen(name, due);
    } else if ('emitAck' in step) {
      this.say({ ...step, emit: step.emitAck }, () => (this.acknowledgements += 1));
      await this.seen(step.emitAck, due);
    } else {
      this.say(step);
      await this.seen(step.emit, due);
    }
    await this.heard();
  }

  /** Those whom no marker reaches have received everything too. */
  async drain(): Promise<void> {
    await Promise.all([...this.unreachable].map((client) => client.drain()));
  }

  outcome(): Outcome {
    const names = new Map([...this.clients].map(([name, { id }]) => [id, name]));
    const all = <Value>(value: (client: Client) => Value) =>
      Object.fromEntries([...this.clients].map(([name, client]) => [name, value(client)]));
    return {
      perClient: all((client) => client.sequence((id) => names.get(id))),
      transports: all(({ transport }) => transport),
      acknowledgements: this.acknowledgements,
    };
  }

  async close(): Promise<void> {
    for (const client of [this.prober, ...this.clients.values()]) client.close();
    await Promise.all([...this.ways.values()].map((way) => way.close()));
  }

  private async enter(name: string): Promise<void> {
    const origin = this.ways.get(name)?.origin ?? `http://127.0.0.1:${this.port}`;
    this.clients.set(name, await Client.connect(origin, this.transport));
  }

  private named(name: string): Client {
    const client = this.clients.get(name);
    if (!client) throw new Error(`the scenario has no client ${name}`);
    return client;
  }

  private say({ emit, event, args }: Emission, acknowledged?: () => void): void {
    const client = this.named(emit);
    const values = args.map((arg) => filled(arg, (name) => this.named(name).id));
    client.emit(event, values, acknowledged);
    const { channelName } = (values[0] ?? {}) as { channelName?: unknown };
    if (event === 'leaveStream' && channelName === client.id) this.unreachable.add(client);
  }

  /** The server has seen everything that this client sent, or has lost it. */
  private async seen(name: string, due: Map<string, number>): Promise<void> {
    const client = this.named(name);
    this.markers += 1;
    const arrived = this.prober.marked(this.markers);
    client.mark(this.prober.id, this.markers);
    await Promise.race([arrived, client.lost, this.prober.lost]);
    if (!client.isConnected || !this.prober.isConnected) await this.gone(name, due);
  }

  /** Everybody has heard that this client is gone, as far as the recording says that they do. */
  private async gone(name: string, due: Map<string, number>): Promise<void> {
    await this.named(name).lost;
    await Promise.all([...due].map(([name, messages]) => this.named(name).has(messages)));
  }

  /** Everybody has received what the server had for them. */
  private async heard(): Promise<void> {
    const reachable = [...this.clients.values()].filter(
      (client) => client.isConnected && !this.unreachable.has(client),
    );
    await Promise.all(
      reachable.map(async (client) => {
        this.markers += 1;
        const marker = this.markers;
        const arrived = client.marked(marker);
        this.prober.mark(client.id, marker);
        await Promise.race([arrived, client.lost, this.prober.lost]);
      }),
    );
  }
}
