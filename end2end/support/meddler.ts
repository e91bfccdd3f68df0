// Something between browser and server that rewrites pages: a CDN, a hotel's network.

import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export class Meddler {
  private constructor(private readonly listener: Server) {}

  /** Passes everything on to the server at this port, and rewrites what is a page. */
  static async start(port: number, rewrite: (html: string) => string): Promise<Meddler> {
    const listener = createServer((asked, answer) => pass(asked, answer, port, rewrite));
    listener.on('upgrade', (asked: IncomingMessage, near, head) => {
      const far = connect(port, '127.0.0.1', () => {
        const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
        for (let at = 0; at < asked.rawHeaders.length; at += 2) {
          lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`);
        }
        far.write(`${lines.join('\r\n')}\r\n\r\n`);
        far.write(head);
        near.pipe(far).pipe(near);
      });
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Meddler(listener);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  close(): void {
    this.listener.close();
    this.listener.closeAllConnections();
  }
}

function pass(
  asked: IncomingMessage,
  answer: ServerResponse,
  port: number,
  rewrite: (html: string) => string,
): void {
  const { method, url: path, headers } = asked;
  const onward = request({ host: '127.0.0.1', port, method, path, headers }, (got) => {
    const isPage = got.headers['content-type']?.startsWith('text/html');
    if (!isPage) {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      return;
    }
    const parts: Buffer[] = [];
    got.on('data', (part: Buffer) => parts.push(part));
    got.on('end', () => {
      const html = rewrite(Buffer.concat(parts).toString());
      const { 'content-length': _, ...kept } = got.headers;
      answer.writeHead(got.statusCode ?? 502, kept);
      answer.end(html);
    });
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}
