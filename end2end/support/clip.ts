// What the fake camera sees and the fake microphone hears: a white bar that travels over a blue
// ground, and bursts of a sound with overtones. Drawn before each run, so that no binary is kept.

import { closeSync, mkdirSync, openSync, writeSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(tmpdir(), 'heliograph-end2end');

export const cameraClip = join(folder, 'camera.y4m');
export const microphoneClip = join(folder, 'microphone.wav');

/** Small, because everybody's encoder and decoder share the machine's cores. */
const width = 320;
const height = 180;
const framesPerSecond = 15;
const seconds = 4;

const barWidth = 40;
const ground = { y: 60, u: 190, v: 110 };
const bar = { y: 235, u: 128, v: 128 };

export function drawClips() {
  mkdirSync(folder, { recursive: true });
  drawCamera();
  drawMicrophone();
}

function drawCamera() {
  const file = openSync(cameraClip, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  const frames = framesPerSecond * seconds;
  for (let frame = 0; frame < frames; frame += 1) {
    const left = Math.round((frame / frames) * width);
    writeSync(file, 'FRAME\n');
    writeSync(file, plane(width, height, left, barWidth, ground.y, bar.y));
    writeSync(file, plane(width / 2, height / 2, left / 2, barWidth / 2, ground.u, bar.u));
    writeSync(file, plane(width / 2, height / 2, left / 2, barWidth / 2, ground.v, bar.v));
  }
  closeSync(file);
}

/** One plane: the ground with the bar on it, which leaves at the right and comes back at the left. */
function plane(
  columns: number,
  rows: number,
  left: number,
  wide: number,
  groundValue: number,
  barValue: number,
) {
  const row = Buffer.alloc(columns, groundValue);
  for (let x = 0; x < wide; x += 1) row[Math.round(left + x) % columns] = barValue;
  return Buffer.concat(Array.from({ length: rows }, () => row));
}

function drawMicrophone() {
  const rate = 48_000;
  const samples = Buffer.alloc(rate * seconds * 2);
  for (let index = 0; index < rate * seconds; index += 1) {
    const time = index / rate;
    // A pitch that glides and a burst four times a second: a steady tone would be taken for noise
    // and suppressed.
    const pitch = 220 + 60 * Math.sin(2 * Math.PI * 0.7 * time);
    const burst = (time * 4) % 1 < 0.6 ? 1 : 0;
    const voice = [1, 2, 3, 4].reduce(
      (sum, overtone) => sum + Math.sin(2 * Math.PI * pitch * overtone * time) / overtone,
      0,
    );
    samples.writeInt16LE(Math.round(voice * burst * 0.3 * 0x7fff / 2), index * 2);
  }
  writeFileSync(microphoneClip, Buffer.concat([waveHeader(samples.length, rate), samples]));
}

function waveHeader(bytes: number, rate: number) {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}
