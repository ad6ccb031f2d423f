import { acceptedMessages, type Message, type RunRecord } from '../run-record.ts';
import type { Violation } from '../violation.ts';

/** What is sent once more although it arrived: each time something must have gone wrong since. */
export function findRepeats({
  log,
}: Pick<RunRecord, 'log'>): readonly { first: Message; again: Message }[] {
  const last = new Map<string, Message>();
  const repeats: { first: Message; again: Message }[] = [];
  for (const message of acceptedMessages(log)) {
    const first = last.get(message.id);
    if (first) repeats.push({ first, again: message });
    last.set(message.id, message);
  }
  return repeats;
}

/** A fault does its harm to what was on its way, or is decided, this long after it ended. */
const aftermath = 30_000;

/** Strikes the next frame, whenever that comes. */
const waitsForFrame = /^frame_/;

/** What people do, what befalls Redis, and what befalls schedulers never makes a message leave twice. */
const blameless =
  /^(redis|job|locks|publications|device|sequence|scheduler|trap_scheduler)_|^(contact_stop|contact_reply|suppressed|trap)$/;

export function judgeRepeats(record: RunRecord): readonly Violation[] {
  return findRepeats(record).flatMap(({ first, again }): Violation[] => {
    const isExplained = record.faults.some(
      ({ kind, at, until }) =>
        !blameless.test(kind) &&
        at <= again.writtenAt &&
        (waitsForFrame.test(kind) || until + aftermath >= first.writtenAt),
    );
    const detail = `${again.id} at ${first.at} and again`;
    return isExplained ? [] : [{ rule: 'needless_repeat', at: again.at, detail }];
  });
}
