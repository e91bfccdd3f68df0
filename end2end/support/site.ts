// Another site: a file of this repository, served from an origin that is not the product's.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Site {
  private constructor(private readonly listener: Server) {}

  /** Serves the file at every path. It is read anew each time. */
  static of(file: string): Promise<Site> {
    return Site.serving(() => readFile(file));
  }

  /** Shows this page at every path. */
  static showing(html: string): Promise<Site> {
    return Site.serving(() => Promise.resolve(html));
  }

  private static async serving(page: () => Promise<string | Buffer>): Promise<Site> {
    const listener = createServer((_, response) => {
      void page().then((page) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(page);
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new Site(listener);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The same site under a name that is another origin to browsers. */
  get alias(): string {
    return `http://localhost:${this.port}`;
  }

  close(): void {
    this.listener.close();
    this.listener.closeAllConnections();
  }
}
