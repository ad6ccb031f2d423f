import { type Guard, guardsOf } from '../guard.ts';

const concluding = { file: 'packages/domain/src/conclude-attempt.test.ts' };
const pacing = { file: 'packages/domain/src/pacing.test.ts' };
const pacer = { file: 'apps/worker/src/device-pacer.test.ts' };
const judging = { file: 'packages/domain/src/judge-disconnect.test.ts' };
const naming = { file: 'packages/domain/src/message-id.test.ts' };
const placing = { file: 'packages/domain/src/placement.test.ts' };

/** Decisions without IO: what an answer means, when the next message may go, whether to connect again. */
export const domainGuards: readonly Guard[] = [
  ...guardsOf('packages/domain/src/conclude-attempt.ts', concluding, [
    {
      id: 'conclude.unconfirmed',
      without: 'what may have left is sent again without asking for its receipt',
      find: "      return { kind: 'recover', reason: result.reason, left: true };",
      replace:
        "      return { kind: 'retry', at: addMs(now, backoff(key, attempt)), reason: result.reason };",
    },
    {
      id: 'conclude.resend-not-sent',
      without: 'a re-send that did not leave is taken for proof that nothing did',
      find: "      return isResend\n        ? { kind: 'recover', reason: result.reason, left: false }\n        : {",
      replace: '      return isResend && false\n        ? (undefined as never)\n        : {',
    },
    {
      id: 'conclude.resend-busy',
      without: 'a re-send that the server put off is taken for proof that nothing left',
      find: "    if (isResend) return { kind: 'recover', reason: code, left: false };\n",
      replace: '',
    },
    {
      id: 'conclude.account',
      without: 'a banned account goes on, contact by contact',
      find: "  if (accountCodes.has(code)) return { kind: 'held', errorClass: 'account', code };\n",
      replace: '',
    },
    {
      id: 'conclude.busy-ends',
      without: 'a message that the server never takes is tried for ever',
      find: 'if (busyCodes.has(code) && attempt < busyAttemptsMax) {',
      replace: 'if (busyCodes.has(code)) {',
    },
    {
      id: 'conclude.backoff-max',
      without: 'the tenth retry comes after days',
      find: 'Math.min(firstBackoff * 2 ** (attempt - 1), longestBackoff)',
      replace: 'firstBackoff * 2 ** (attempt - 1)',
    },
    {
      id: 'conclude.jitter',
      without: 'what failed together comes back together',
      find: 'hashFraction(`${key}:${attempt}`) * ceiling',
      replace: 'hashFraction(`${attempt}`) * ceiling',
    },
  ]),
  ...guardsOf('packages/domain/src/message-id.ts', naming, [
    {
      id: 'id.row',
      without: 'two contacts’ messages have one id',
      find: 'message|${sequenceContactId}|${stepKey}|${cycle}',
      replace: 'message|${stepKey}|${cycle}',
    },
    {
      id: 'id.step',
      without: 'the second step is dropped by the phone as the first one again',
      find: 'message|${sequenceContactId}|${stepKey}|${cycle}',
      replace: 'message|${sequenceContactId}|${cycle}',
    },
    {
      id: 'id.cycle',
      without: 'what an operator repeats on purpose is dropped by the phone',
      find: 'message|${sequenceContactId}|${stepKey}|${cycle}',
      replace: 'message|${sequenceContactId}|${stepKey}',
    },
    {
      id: 'id.for-ever',
      without: 'a second transmission is a second message',
      find: 'message|${sequenceContactId}|${stepKey}|${cycle}',
      replace: 'message|${sequenceContactId}|${stepKey}|${cycle}|${Math.random()}',
    },
    {
      id: 'id.secret',
      without: 'an id tells which contact it belongs to',
      find: "createHmac('sha256', secret)",
      replace: "createHmac('sha256', secret.subarray(0, 0))",
    },
  ]),
  ...guardsOf('packages/domain/src/pacing.ts', pacing, [
    {
      id: 'pacing.cap',
      without: 'a cap is passed',
      find: 'if (oldestCounted) earliest = Math.max(earliest, oldestCounted.until + window + 1);',
      replace: 'void oldestCounted;',
    },
    {
      id: 'pacing.cap-from-answer',
      without: 'a window holds one too many where an answer took its time',
      find: 'oldestCounted.until + window + 1',
      replace: 'oldestCounted.at + window + 1',
    },
    {
      id: 'pacing.closed-window',
      without: 'two messages a window apart to the millisecond break the cap',
      find: 'oldestCounted.until + window + 1',
      replace: 'oldestCounted.until + window',
    },
    {
      id: 'pacing.all-windows',
      without: 'only the last cap counts',
      find: 'earliest = Math.max(earliest, oldestCounted',
      replace: 'earliest = Math.max(oldestCounted',
    },
    {
      id: 'pacing.gap',
      without: 'messages leave one right behind the other',
      find: 'return Math.max(earliest, latest + drawGap(policy, drawKey));',
      replace: 'return Math.max(earliest, drawGap(policy, drawKey) * 0);',
    },
    {
      id: 'pacing.gap-after-latest',
      without: 'the gap is measured from a message long ago',
      find: 'for (const { at } of history) latest = Math.max(latest, at);',
      replace: 'for (const { at } of history) latest = at;',
      test: pacer,
    },
    {
      id: 'pacing.history-reach',
      without: 'the longest window is judged by a part of its past',
      find: 'Math.max(policy.gap.max, ...policy.caps.map(({ window }) => window))',
      replace: 'Math.max(policy.gap.max)',
    },
  ]),
  ...guardsOf('apps/worker/src/device-pacer.ts', pacer, [
    {
      id: 'pacer.unanswered',
      without:
        'a message without an answer counts from its decision, though it may have left later',
      find: 'const underway = { at, until: at + transmissionGuard };',
      replace: 'const underway = { at, until: at };',
    },
    {
      id: 'pacer.counts',
      without: 'what this process sends does not count',
      find: '    this.#history.push(underway);\n',
      replace: '',
    },
    {
      id: 'pacer.past-unanswered',
      without: 'an earlier owner’s message without an answer counts too little',
      find: 'monotonic - begun + transmissionGuard',
      replace: 'monotonic - begun',
    },
    {
      id: 'pacer.past',
      without: 'after a hand-over the cap starts from zero',
      find: 'this.#history = past.map(',
      replace: 'this.#history = past.slice(0, 0).map(',
    },
    {
      id: 'pacer.order',
      without: 'the oldest that counts is looked for at the wrong place',
      find: '    this.#history.sort((a, b) => a.until - b.until);\n',
      replace: '',
    },
    {
      id: 'pacer.forget',
      without: 'what still counts is forgotten',
      find: 'if (first && first.until < horizon) {\n      this.#history = this.#history.filter(({ until }) => until >= horizon);',
      replace: 'if (first) {\n      this.#history = [];',
    },
    {
      id: 'pacer.drop',
      without: 'what never left uses up the cap',
      find: 'this.#history = this.#history.filter((one) => one !== underway);',
      replace: 'void underway;',
    },
  ]),
  ...guardsOf('packages/domain/src/judge-disconnect.ts', judging, [
    {
      id: 'reconnect.replaced',
      without: 'two owners replace each other until the number is banned',
      find: "  [440, 'replaced'],\n",
      replace: '',
    },
    {
      id: 'reconnect.conflict',
      without: 'a foreign connection is fought for ever',
      find: 'return replaced >= replacedMax\n',
      replace: 'return replaced < 0\n',
    },
    {
      id: 'reconnect.logged-out',
      without: 'a device that was unlinked knocks for ever',
      find: "  [401, 'logged_out'],\n",
      replace: '',
    },
    {
      id: 'reconnect.banned',
      without: 'a banned account knocks for ever',
      find: "  [403, 'banned'],\n",
      replace: '',
    },
    {
      id: 'reconnect.grows',
      without: 'a fleet knocks once a second while WhatsApp is down',
      find: 'Math.min(first * 2 ** (failures - 1), longest)',
      replace: 'Math.min(first, longest)',
    },
    {
      id: 'reconnect.jitter',
      without: 'devices that lose their line together come back in step',
      find: 'hashFraction(`${seed}:${failures}`)',
      replace: 'hashFraction(`${failures}`)',
    },
    {
      id: 'reconnect.refused-client',
      without: 'a client that WhatsApp refuses asks again at once',
      find: "code >= 400 && code < 500 ? 'client' : 'line'",
      replace: "code < 0 ? 'client' : 'line'",
    },
  ]),
  ...guardsOf('packages/domain/src/placement.ts', placing, [
    {
      id: 'share.equal',
      without: 'the first worker takes the whole fleet',
      find: 'return Math.min(capacity, Math.ceil(wanted / Math.max(1, liveWorkers)));',
      replace: 'return capacity + 0 * (wanted + liveWorkers);',
    },
    {
      id: 'share.rounded-up',
      without: 'one device is nobody’s',
      find: 'Math.ceil(wanted /',
      replace: 'Math.floor(wanted /',
    },
    {
      id: 'share.capacity',
      without: 'a worker claims more than it can run',
      find: 'claimTarget(load) - load.ownedWanted, load.capacity - load.owned)',
      replace: 'claimTarget(load) - load.ownedWanted)',
    },
    {
      id: 'share.newest-build',
      without: 'in a deploy devices move to a worker that is about to be replaced',
      find: '.filter(({ build }) => build === newest)\n',
      replace: '.filter(() => newest !== null)\n',
    },
    {
      id: 'share.shed-above',
      without: 'devices go to and fro between workers that have their share',
      find: 'return load.ownedWanted > claimTarget(load) * (1 + shedTolerance);',
      replace: 'return load.ownedWanted > 0;',
    },
    {
      id: 'share.shed-tolerance',
      without: 'a device that comes or goes moves another',
      find: 'const shedTolerance = 0.02;',
      replace: 'const shedTolerance = 0;',
    },
    {
      id: 'share.peer-limit',
      without: 'a device is shed to a worker that has as many, and comes back',
      find: 'if (load.devices < load.most && (!least',
      replace: 'if ((!least',
    },
  ]),
];
