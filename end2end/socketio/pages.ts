// The old client as a page, on a site that is not the server's. The site passes on what is asked of
// its own `/socket.io/`, as the proxy in front of an old system may, so pages can poll there too.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const source = readFileSync(join(import.meta.dirname, 'page.html'), 'utf8');

/** Who the page is, and how it talks. */
export interface Visitor {
  channel: string;
  name: string;
  /** Whether it shows its camera to the others. */
  stream?: true;
  transports: ('polling' | 'websocket')[];
  /** The server's origin, where the page does not take the way through its own site. */
  server?: string;
}

export class Site {
  private target = 0;

  private constructor(private readonly listener: Server) {
    listener.on('request', (asked: IncomingMessage, response) => {
      const { url = '/', method, headers } = asked;
      if (url.startsWith('/socket.io/')) {
        const passed = { host: '127.0.0.1', port: this.target, path: url, method, headers };
        const onward = request(passed, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        onward.on('error', () => response.destroy());
        response.on('close', () => onward.destroy());
        asked.pipe(onward);
      } else {
        const server = new URL(url, 'http://localhost').searchParams.get('server') ?? '';
        response.setHeader('content-type', 'text/html');
        response.end(source.replaceAll('%SERVER%', server));
      }
    });
    listener.on('upgrade', ({ url, rawHeaders }: IncomingMessage, near: Socket) => {
      const far = connect(this.target, '127.0.0.1');
      const pairs = rawHeaders.map((part, index) => part + (index % 2 === 0 ? ': ' : '\r\n'));
      far.write(`GET ${url} HTTP/1.1\r\n${pairs.join('')}\r\n`);
      near.on('error', () => far.destroy()).pipe(far);
      far.on('error', () => near.destroy()).pipe(near);
    });
  }

  static async open(): Promise<Site> {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Site(listener);
  }

  get origin(): string {
    return `http://localhost:${(this.listener.address() as AddressInfo).port}`;
  }

  /** From now on, this is the server behind the site. */
  passTo(port: number): void {
    this.target = port;
  }

  async show(page: Page, { channel, name, stream, transports, server }: Visitor): Promise<void> {
    const query = new URLSearchParams({ channel, name });
    if (stream) query.set('stream', '');
    if (server) query.set('server', server);
    for (const transport of transports) query.append('transport', transport);
    await page.goto(`${this.origin}/?${query}`);
  }

  close(): void {
    this.listener.close();
    this.listener.closeAllConnections();
  }
}
