// A proxy in front of the server, with the configuration that docs/operating.md gives.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProxy, howToInstall } from '../find-proxy.js';
import { insecureHost } from './test.ts';

/** The proxies that the document configures; the names are also those of its code blocks. */
export const kinds = ['nginx', 'caddy', 'haproxy'] as const;
export type Kind = (typeof kinds)[number];

/** The name that the document's configurations have, and the one that the browser resolves. */
const documented = 'stream.example.org';
export const host = insecureHost;

const document = join(dirname(fileURLToPath(import.meta.url)), '../../docs/operating.md');
/** Nothing here takes this long, but a machine may be busy. */
const patience = 10_000;

/** Why a proxy cannot run here, if it cannot. */
export function missing(kind: Kind): string | undefined {
  const program = ([kind, 'openssl'] as const).find((program) => !findProxy(program));
  return program && howToInstall(program);
}

export class Proxy {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** Starts a proxy in front of a port of this machine. Lines of the document's configuration that
   * match are left out. */
  static async start(kind: Kind, upstream: number, without?: RegExp): Promise<Proxy> {
    const folder = mkdtempSync(join(tmpdir(), 'heliograph-proxy-'));
    const port = await freePort();
    const certificate = makeCertificate(folder);
    const lines = configuration(kind).split('\n');
    const kept = lines.filter((line) => !without?.test(line)).join('\n');
    if (without && kept === lines.join('\n')) throw new Error(`nothing matches ${without}`);
    const here = kept
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstream}`)
      .replaceAll(/\/etc\/[\w./-]+\.(pem|key)/g, (_, end: string) =>
        end === 'key' ? certificate.key : certificate.pem,
      );
    const { program, args } = commands[kind](folder, here, port, certificate);
    const child = spawn(findProxy(program)!, args, {
      // Caddy keeps what it has made under these.
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
    const proxy = new Proxy(child, folder, port);
    try {
      await accepting(port, child);
      return proxy;
    } catch (error) {
      await proxy.stop();
      throw new Error(`${kind} does not start: ${complaints}`, { cause: error });
    }
  }

  /** Where people find it. */
  get origin(): string {
    return `https://${host}:${this.port}`;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exited = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Certificate {
  pem: string;
  key: string;
}

type Command = (
  folder: string,
  configuration: string,
  port: number,
  certificate: Certificate,
) => { program: Kind; args: string[] };

/** How each proxy is run: in the foreground, without anything outside of its folder. */
const commands: Record<Kind, Command> = {
  nginx: (folder, site, port) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    const here = site.replace('listen 443', `listen 127.0.0.1:${port}`);
    const file = write(
      folder,
      'nginx.conf',
      `daemon off;\nmaster_process off;\npid ${folder}/pid;\nevents {}\n` +
        `http {\naccess_log off;\n${temporary}\n${here.replaceAll(documented, host)}\n}\n`,
    );
    return { program: 'nginx', args: ['-e', 'stderr', '-p', folder, '-c', file] };
  },
  caddy: (folder, site, port, { pem, key }) => {
    // Outside it would fetch a certificate for its name.
    const here = site.replace(
      `${documented} {`,
      `https://${host}:${port} {\n\tbind 127.0.0.1\n\ttls ${pem} ${key}`,
    );
    const options = '{\n\tadmin off\n\tauto_https disable_redirects\n}\n';
    const file = write(folder, 'Caddyfile', options + here);
    return { program: 'caddy', args: ['run', '--config', file, '--adapter', 'caddyfile'] };
  },
  haproxy: (folder, site, port, { pem, key }) => {
    // It reads key and certificate from one file.
    writeFileSync(pem, readFileSync(pem, 'utf8') + readFileSync(key, 'utf8'));
    const here = site.replace('bind :443', `bind 127.0.0.1:${port}`);
    const file = write(folder, 'haproxy.cfg', here);
    return { program: 'haproxy', args: ['-db', '-f', file] };
  },
};

/** The document's code block in this proxy's language. */
function configuration(kind: Kind): string {
  const block = new RegExp(`^\`\`\`${kind}\n([^]*?)^\`\`\`$`, 'm').exec(
    readFileSync(document, 'utf8'),
  );
  if (!block?.[1]) throw new Error(`docs/operating.md has no configuration for ${kind}`);
  return block[1];
}

function makeCertificate(folder: string): Certificate {
  const [pem, key] = [join(folder, 'certificate.pem'), join(folder, 'certificate.key')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const files = ['-keyout', key, '-out', pem];
  const args = ['req', '-x509', '-days', '2', ...curve, ...name, ...files];
  execFileSync(findProxy('openssl')!, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return { pem, key };
}

function write(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

/** Resolves when somebody listens there. */
async function accepting(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + patience;
  while (child.exitCode === null && Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nobody listens');
}
