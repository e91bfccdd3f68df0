// What happens between opening a watch page and its first frame, as the page's own clock sees it.

/** The stages in the order in which they are printed. */
export const STAGES = [
  'html',
  'wasm',
  'socketAsked',
  'socketOpen',
  'helloSent',
  'joinSent',
  'linkOpened',
  'offerReceived',
  'answerSent',
  'iceConnected',
  'dtlsDone',
  'firstFrame',
] as const;

export type Stages = Partial<Record<(typeof STAGES)[number], number>>;

/** Notes when each stage is reached first, in milliseconds after navigation. Runs before the page. */
export function installStages(slot: number): void {
  const stages: Record<string, number> = {};
  Object.assign(window, { stages });
  const note = (stage: string, at = performance.now()) => {
    stages[stage] ??= at;
  };

  const resources = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (entry.entryType === 'navigation') note('html', entry.responseEnd);
      else if (new URL(entry.name).pathname.endsWith('.wasm')) note('wasm', entry.responseEnd);
    }
  });
  resources.observe({ type: 'navigation', buffered: true });
  resources.observe({ type: 'resource', buffered: true });

  const sent: Record<string, string> = {
    hello: 'helloSent',
    joinStream: 'joinSent',
    answer: 'answerSent',
  };
  const received: Record<string, string> = {
    linkOpened: 'linkOpened',
    receiveOffer: 'offerReceived',
  };
  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(...options: ConstructorParameters<typeof WebSocket>) {
      super(...options);
      note('socketAsked');
      this.addEventListener('open', () => note('socketOpen'));
      this.addEventListener('message', ({ data }) => {
        const stage = received[JSON.parse(data as string).event];
        if (stage) note(stage);
      });
    }

    override send(data: string): void {
      const stage = sent[JSON.parse(data).event];
      if (stage) note(stage);
      super.send(data);
    }
  };

  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    constructor(...options: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...options);
      this.addEventListener('iceconnectionstatechange', () => {
        if (this.iceConnectionState === 'connected') note('iceConnected');
      });
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') note('dtlsDone');
      });
    }
  };

  const seen = new WeakSet<HTMLVideoElement>();
  const look = () => {
    const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
    if (video && !seen.has(video)) {
      seen.add(video);
      video.requestVideoFrameCallback((now) => note('firstFrame', now));
    }
    if (!('firstFrame' in stages)) requestAnimationFrame(look);
  };
  look();
}

/** The stages, once the first frame is there. */
export function readStages(): Promise<Stages> {
  return new Promise((resolve) => {
    const { stages } = window as unknown as { stages: Stages };
    const look = () => {
      if (stages.firstFrame === undefined) requestAnimationFrame(look);
      else resolve(stages);
    };
    look();
  });
}
