// A camera whose picture is the time, and an eye that reads it: glass to glass without glass.
//
// The picture is a row of blocks, black or white, one for each bit of the millisecond at which it
// was drawn. Blocks are large, so they survive the encoder; a parity block tells a torn reading.

const BITS = 24;

/** Replaces the camera by a canvas. Runs before the page. */
export function installStampCamera(bits: number): void {
  const draw = (context: CanvasRenderingContext2D) => {
    const now = Math.round(performance.timeOrigin + performance.now()) % 2 ** bits;
    const { width, height } = context.canvas;
    const block = width / (bits + 1);
    let ones = 0;
    for (let bit = 0; bit < bits; bit += 1) {
      const one = Math.floor(now / 2 ** bit) % 2;
      ones += one;
      context.fillStyle = one ? '#fff' : '#000';
      context.fillRect(bit * block, 0, block, height);
    }
    context.fillStyle = ones % 2 ? '#fff' : '#000';
    context.fillRect(bits * block, 0, block, height);
  };
  const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await original({ ...constraints, video: false });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [25 * 24, 360];
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('no canvas');
    const next = () => {
      draw(context);
      requestAnimationFrame(next);
    };
    next();
    for (const track of canvas.captureStream(30).getVideoTracks()) stream.addTrack(track);
    return stream;
  };
}

/** Reads the stamps of the next frames that the slot shows; milliseconds from drawing to showing. */
export async function readDelays(argument: {
  slot: number;
  count: number;
  bits: number;
}): Promise<number[]> {
  const { slot, count, bits } = argument;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bits + 1, 1];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const video = document.querySelector<HTMLVideoElement>(`video[data-slot="${slot}"]`);
  if (!context || !video) throw new Error('nothing to read');
  context.imageSmoothingEnabled = false;
  const delays: number[] = [];
  while (delays.length < count) {
    const shown = await new Promise<number>((resolve) => {
      video.requestVideoFrameCallback((_, frame) => resolve(frame.expectedDisplayTime));
    });
    context.drawImage(video, 0, 0, bits + 1, 1);
    const pixels = context.getImageData(0, 0, bits + 1, 1).data;
    const read = Array.from({ length: bits + 1 }, (_, bit) => (pixels[bit * 4]! > 127 ? 1 : 0));
    const parity = read.pop();
    const ones = read.filter(Boolean).length;
    if (ones % 2 !== parity) continue;
    const stamp = read.reduce<number>((sum, one, bit) => sum + one * 2 ** bit, 0);
    const now = Math.round(performance.timeOrigin + shown) % 2 ** bits;
    const delay = (now - stamp + 2 ** bits) % 2 ** bits;
    // Two torn blocks pass for parity; what they spell is hours away.
    if (delay < 10_000) delays.push(delay);
  }
  return delays;
}

export const bits = BITS;
