import { deviceId } from '@dripfleet/domain';
import type {
  InboundMessage,
  Session,
  SessionEnd,
  SessionEvents,
  SessionRequest,
  Transport,
} from '../src/index.ts';

type Asked = Pick<SessionRequest, 'phone' | 'credentials'> &
  Partial<Pick<SessionRequest, 'gate' | 'findMessage'>> &
  Readonly<{ signal?: AbortSignal }>;

/** Opens a session that records what it tells, and waits until it has caught up. */
export async function recordedSession(transport: Transport, asked: Asked) {
  const receipts: string[] = [];
  const inbound: InboundMessage[] = [];
  const locks: Parameters<SessionEvents['onTimeLock']>[0][] = [];
  const ends: SessionEnd[] = [];
  const told = changes();
  const record =
    <Item>(list: Item[]) =>
    (item: Item) => {
      list.push(item);
      told.tell();
    };
  const session: Session = await transport.open(
    {
      deviceId: deviceId(1),
      gate: () => undefined,
      findMessage: () => Promise.resolve(undefined),
      ...asked,
      events: {
        onReceipt: ({ messageId, kind }) => record(receipts)(`${messageId} ${kind}`),
        onInbound: record(inbound),
        onTimeLock: record(locks),
        onEnd: record(ends),
      },
    },
    asked.signal ?? new AbortController().signal,
  );
  await session.caughtUp;
  return {
    session,
    receipts,
    inbound,
    locks,
    ends,
    /** Resolves when it has told what makes this true. */
    until: told.until,
    untilHeard: async (count: number) => await told.until(() => inbound.length >= count),
    end: told.until(() => ends.length > 0).then(() => ends[0]),
  };
}

function changes() {
  const waiting = new Set<() => void>();
  return {
    tell: () => {
      for (const look of waiting) look();
    },
    until: (isTrue: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!isTrue()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
