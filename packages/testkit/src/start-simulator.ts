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
export type TestSimulator = Readonly<{
  /** `ws://…`: where devices connect. */
  url: string;
  /** Adds faults to come: `POST /rules`. */
  strike(...rules: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Takes back the faults that did not strike. */
  clearRules(): Promise<void>;
  /** What the network saw so far, of one event or of all. */
  ledger(event?: string): Promise<readonly LedgerLine[]>;
  /** Resolves as soon as the ledger holds such a line: the event to await. */
  untilSeen(isIt: (line: LedgerLine) => boolean): Promise<LedgerLine>;
  stop(): Promise<void>;
}>;

/** Starts it from source. Acknowledges within `ackDelay` ms, default 1; receipts come 1 ms later. */
export async function startSimulator({
  ackDelay = '1',
  receiptDelay = '1',
} = {}): Promise<TestSimulator> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dripfleet-simulator-'));
  const file = path.join(folder, 'ledger.jsonl');
  const options = ['--port', '0', '--ledger', file, '--ack-delay', ackDelay];
  const child = fork(main, [...options, '--receipt-delay', receiptDelay], {
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
  return {
    url: http.replace('http', 'ws'),
    strike: async (...rules) => {
      const answer = await fetch(`${http}/rules`, { method: 'POST', body: JSON.stringify(rules) });
      if (!answer.ok) throw new Error(`rules refused: ${await answer.text()}`);
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
