// Measuring instruments inside a page: what is really seen and heard there. Plain functions and one
// init script, so that Playwright and WebDriver BiDi can both carry them into a browser.

/** What both drivers' pages can do. */
export interface Evaluates {
  evaluate<Result, Argument>(
    work: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
}

/** One presented frame. */
export interface Frame {
  /** Wall-clock milliseconds, comparable between pages of one machine. */
  at: number;
  /** The middle of the bright bar as a part of the picture's width; absent if there is none. */
  bar: number | null;
  /** The mean red, green and blue of everything else. */
  ground: [number, number, number];
}

/** Remembers what the page makes, for the tests that have to reach it. Runs before the page. */
export function installInstruments(): void {
  const made = { connections: [] as RTCPeerConnection[], captures: [] as MediaStream[] };
  Object.assign(window, { made });
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, parameters, newTarget) {
      const connection = Reflect.construct(target, parameters, newTarget) as RTCPeerConnection;
      made.connections.push(connection);
      return connection;
    },
  });
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return;
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    const original = devices[name].bind(devices);
    devices[name] = async (constraints) => {
      const stream = await original(constraints);
      made.captures.push(stream);
      return stream;
    };
  }
}

declare global {
  interface Window {
    made: { connections: RTCPeerConnection[]; captures: MediaStream[] };
    longestStill?: { stop: () => number };
  }
}

/** Watches the next frames that the slot presents. Fails if one of them takes too long. */
export function nextFrames(page: Evaluates, slot: number, count: number): Promise<Frame[]> {
  return page.evaluate(
    async ({ slot, count }) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [64, 36];
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');

      const look = (video: HTMLVideoElement): Omit<Frame, 'at'> => {
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const sum = [0, 0, 0];
        const angle = { x: 0, y: 0 };
        let bright = 0;
        for (let index = 0; index < pixels.length; index += 4) {
          const colour = [...pixels.slice(index, index + 3)];
          if (Math.min(...colour) > 180) {
            // The bar leaves on one side and enters on the other: its middle lies on a circle.
            const turn = (2 * Math.PI * ((index / 4) % canvas.width)) / canvas.width;
            angle.x += Math.cos(turn);
            angle.y += Math.sin(turn);
            bright += 1;
          } else colour.forEach((value, channel) => (sum[channel]! += value));
        }
        const rest = Math.max(1, pixels.length / 4 - bright);
        const bar = bright > 40 ? (Math.atan2(angle.y, angle.x) / (2 * Math.PI) + 1) % 1 : null;
        return { bar, ground: sum.map((value) => value / rest) as [number, number, number] };
      };

      const frames: Frame[] = [];
      while (frames.length < count) {
        const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
        if (!video) throw new Error(`no video in slot ${slot}`);
        const at = await new Promise<number>((resolve, reject) => {
          const tooLate = setTimeout(
            () => reject(new Error(`no frame in slot ${slot} for 10 s, after ${frames.length}`)),
            10_000,
          );
          video.requestVideoFrameCallback((now) => {
            clearTimeout(tooLate);
            resolve(now);
          });
        });
        frames.push({ at: performance.timeOrigin + at, ...look(video) });
      }
      return frames;
    },
    { slot, count },
  );
}

/** Starts to measure the longest time that the slot's picture stands still. */
export async function watchForStills(page: Evaluates, slot: number): Promise<void> {
  await page.evaluate((slot) => {
    let longest = 0;
    let last = performance.now();
    let stopped = false;
    const see = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      follow();
    };
    const follow = () => {
      if (stopped) return;
      const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
      if (video) video.requestVideoFrameCallback(see);
      else requestAnimationFrame(follow);
    };
    follow();
    window.longestStill = {
      stop: () => {
        stopped = true;
        return Math.max(longest, performance.now() - last);
      },
    };
  }, slot);
}

/** The longest still picture since `watchForStills`, in milliseconds. */
export function longestStill(page: Evaluates): Promise<number> {
  return page.evaluate(() => window.longestStill?.stop() ?? Infinity, null);
}

/** The loudest tenth of a second within about a second of the slot's sound, as the person hears it:
 * 0 is silence, and so is an element that does not play what its stream carries. */
export function loudness(page: Evaluates, slot: number): Promise<number> {
  return page.evaluate(async (slot) => {
    const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
    const stream = video?.srcObject;
    if (!video || !(stream instanceof MediaStream)) return 0;
    if (video.muted || stream.getAudioTracks().length === 0) return 0;
    const context = new AudioContext();
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const start = context.currentTime;
    const begin = video.currentTime;
    const plays = () => !video.paused && !video.muted && video.readyState >= 3;
    let loudest = 0;
    let played = plays();
    while (context.currentTime < start + 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      analyser.getFloatTimeDomainData(samples);
      played &&= plays() && video.srcObject === stream;
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      loudest = Math.max(loudest, Math.sqrt(power));
    }
    await context.close();
    // Half of the time at least: the element's clock may be coarse, but must go with the sound.
    return played && video.currentTime > begin + 0.5 ? loudest * video.volume : 0;
  }, slot);
}

/** The ICE user fragments of the page's open connections, local ones. */
export function iceNames(page: Evaluates): Promise<string[]> {
  return page.evaluate(
    () =>
      window.made.connections
        .filter((connection) => connection.connectionState !== 'closed')
        .map((connection) => connection.localDescription?.sdp ?? '')
        .map((sdp) => /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1]?.trim() ?? ''),
    null,
  );
}

/** The session descriptions of the page's open connections, which change with every negotiation. */
export function descriptions(page: Evaluates): Promise<string[]> {
  return page.evaluate(
    () =>
      window.made.connections
        .filter((connection) => connection.connectionState !== 'closed')
        .map((connection) => connection.localDescription?.sdp ?? ''),
    null,
  );
}

/** Ends the newest captured track of this kind, as a pulled plug or the browser's own button does. */
export function endTrack(page: Evaluates, kind: 'audio' | 'video'): Promise<void> {
  return page.evaluate((kind) => {
    const track = window.made.captures
      .flatMap((stream) => stream.getTracks())
      .filter((track) => track.kind === kind && track.readyState === 'live')
      .at(-1);
    if (!track) throw new Error(`no live ${kind} track`);
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }, kind);
}
