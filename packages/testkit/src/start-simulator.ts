import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const main = new URL('../../../apps/simulator/src/main.ts', import.meta.url).pathname;
const execArgv = ['--conditions=@dripfleet/source', '--import', 'tsx'];

/** One line of the simulator's ledger; see docs of the simulator for its events. */
export type LedgerLine = Readonly<Record<string, unknown> & { event: string }>;

/** A WhatsApp network in a process of its own, as the engine meets it. */
export type TestSimulator = Phones &
  Readonly<{
    /** `ws://…`: where devices connect. */
    url: string;
    /** `ws://…/ws/chat`: where WhatsApp clients connect. */
    whatsappUrl: string;
    /** Adds faults to come: `POST /rules`. */
    strike(...rules: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
    /** Takes back the faults that did not strike. */
    clearRules(): Promise<void>;
    /** What the network saw so far, of one event or of all. */
    ledger(event?: string): Promise<readonly LedgerLine[]>;
    /** Resolves as soon as the ledger holds such a line: the event to await. */
    untilSeen(isIt: (line: LedgerLine) => boolean): Promise<LedgerLine>;
    /** The simulator's counts: `GET /stats`. */
    stats(): Promise<Readonly<Record<string, number>>>;
    /** PEM: whom a client must trust to upload media here. */
    certificate(): Promise<string>;
    stop(): Promise<void>;
  }>;

/** What phones, their users and WhatsApp itself do to linked devices. */
export type Phones = Readonly<{
  /** The phone of a number reads the QR that a client shows. */
  scan(qr: string, device: string): Promise<void>;
  /** The user of a number types the code that a client shows. */
  typeCode(code: string, device: string): Promise<void>;
  /** A contact writes to a device; by default a hash of the contact decides how it is addressed. Returns the id. */
  say(words: Words): Promise<string>;
  /** The phone removes its linked devices: 401. */
  unlink(device: string): Promise<void>;
  /** Another connection of the device takes its place: 440. */
  replace(device: string): Promise<void>;
  /** Ends a device's connection with a code of WhatsApp's, 400 to 999. */
  streamError(device: string, code: number): Promise<void>;
  /** Forbids the account to write to new contacts, or allows it again. */
  timelock(device: string, active: boolean, seconds?: number): Promise<void>;
  /** Nobody has these numbers on WhatsApp. */
  missing(...numbers: readonly string[]): Promise<void>;
  /** The contact's phone asks for a message again. */
  retry(message: Readonly<{ device: string; to: string; id: string }>): Promise<void>;
}>;

export type Words = Readonly<{
  from: string;
  device: string;
  text: string;
  address?: 'pn' | 'lid';
}>;

/**
 * Starts it from source. Acknowledges within `ackDelay` ms, default 1; receipts come 1 ms later.
 *
 * With `registerUnknown`, WhatsApp devices that nobody paired are let in.
 */
export async function startSimulator({
  ackDelay = '1',
  receiptDelay = '1',
  registerUnknown = false,
} = {}): Promise<TestSimulator> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dripfleet-simulator-'));
  const file = path.join(folder, 'ledger.jsonl');
  const options = ['--port', '0', '--ledger', file, '--ack-delay', ackDelay];
  const registering = registerUnknown ? ['--register-unknown'] : [];
  const child = fork(main, [...options, '--receipt-delay', receiptDelay, ...registering], {
    execArgv,
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const [message] = (await once(child, 'message')) as [{ ready: { port: number } }];
  const http = `http://127.0.0.1:${message.ready.port}`;
  const ledger = async (event?: string): Promise<readonly LedgerLine[]> => {
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n').slice(0, -1);
    return lines
      .map((line) => JSON.parse(line) as LedgerLine)
      .filter((line) => event === undefined || line.event === event);
  };
  const post = async (route: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${http}${route}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`POST ${route} refused: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    url: http.replace('http', 'ws'),
    whatsappUrl: `${http.replace('http', 'ws')}/ws/chat`,
    stats: async () => (await (await fetch(`${http}/stats`)).json()) as Record<string, number>,
    certificate: async () => {
      const answer = await fetch(`${http}/certificate`);
      return ((await answer.json()) as { certificate: string }).certificate;
    },
    ...phonesThrough(post),
    strike: async (...rules) => {
      await post('/rules', rules);
    },
    clearRules: async () => {
      await fetch(`${http}/rules`, { method: 'DELETE' });
    },
    ledger,
    untilSeen: async (isIt) => {
      for (;;) {
        const found = (await ledger()).find(isIt);
        if (found) return found;
        // One turn of the simulator between two looks.
        await fetch(`${http}/healthz`);
      }
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Post = (route: string, body: object) => Promise<Record<string, unknown>>;

/** What phones, their users and WhatsApp itself do, as requests to the simulator. */
function phonesThrough(post: Post): Phones {
  return {
    scan: async (qr, device) => {
      await post('/scan', { qr, device });
    },
    typeCode: async (code, device) => {
      await post('/code', { code, device });
    },
    say: async (words) => String((await post('/say', words))['id']),
    unlink: async (device) => {
      await post('/unlink', { device });
    },
    replace: async (device) => {
      await post('/replace', { device });
    },
    streamError: async (device, code) => {
      await post('/stream-error', { device, code });
    },
    timelock: async (device, active, seconds = 3600) => {
      await post('/timelock', { device, active, seconds });
    },
    missing: async (...numbers) => {
      await post('/numbers', { missing: numbers });
    },
    retry: async (message) => {
      await post('/retry', message);
    },
  };
}
