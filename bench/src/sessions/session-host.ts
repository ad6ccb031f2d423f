import { assertNever } from '@dripfleet/domain';
import type { HostAnswer, HostRequest } from './host-messages.ts';
import { HostedSessions } from './hosted-sessions.ts';

/** A process with sessions and nothing else, so that its CPU is theirs. Asked over IPC, answers in order. */
let sessions: HostedSessions | undefined;

async function answer(request: HostRequest): Promise<HostAnswer> {
  switch (request.kind) {
    case 'open': {
      sessions = await HostedSessions.open(request);
      return { kind: 'opened', ...sessions.opening };
    }
    case 'send':
      if (!sessions) throw new Error('nothing is open');
      return { kind: 'sent', ...(await sessions.send(request)) };
    case 'close':
      await sessions?.close();
      return { kind: 'closed' };
    default:
      return assertNever(request);
  }
}

process.on('message', (request: HostRequest) => {
  void answer(request)
    .catch((error: unknown): HostAnswer => {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    })
    .then((reply) => process.send?.(reply));
});
for (const end of ['disconnect', 'SIGTERM']) process.on(end, () => process.exit());
process.send?.({ ready: {} });
