import { type Guard, guardsOf } from '../guard.ts';

const taking = { file: 'packages/store/test/take-due-row.test.ts' };
const direct = { file: 'apps/worker/test/direct-processor.test.ts' };
const shares = { file: 'packages/operations/test/rollout.test.ts' };

/** Two engines side by side: which one serves a device, and how it changes hands. */
export const rolloutGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/take-due-row.sql', taking, [
    {
      id: 'take.asked',
      without: 'a device that can not send now gets a row in hand',
      find: 'where d.id = any($2::bigint[]) and',
      replace: 'where $2::bigint[] is not null and',
    },
    {
      id: 'take.owner',
      without: 'rows of another worker’s device are queued, and wait for somebody who is not there',
      find: 'and d.owner_worker_id = $1::uuid and',
      replace: 'and',
    },
    {
      id: 'take.engine',
      without: 'the direct processor queues rows of a device that it is to give up',
      find: "and d.engine = 'direct' and",
      replace: 'and',
    },
    {
      id: 'take.may-send',
      without: 'rows of a paused device are queued',
      find: 'and device_may_send(d)\n',
      replace: '\n',
    },
    {
      id: 'take.urgency',
      without: 'what is urgent waits behind what is not',
      find: 'order by due.priority, due.next_trigger_time, due.id',
      replace: 'order by due.next_trigger_time, due.id',
    },
    {
      id: 'take.skip-locked',
      without: 'one row that somebody holds stops all messages',
      find: 'for no key update of s skip locked',
      replace: 'for no key update of s',
    },
    {
      id: 'take.dispatch-number',
      without: 'an old job passes for the new dispatch',
      find: 'dispatch_seq = s.dispatch_seq + 1',
      replace: 'dispatch_seq = s.dispatch_seq',
    },
  ]),
  ...guardsOf('apps/worker/src/direct-queues.ts', direct, [
    {
      id: 'direct.clear',
      without: 'what was queued for the other engine waits for a job that nobody fetches',
      find: '        return await this.#findQueued(device);\n',
      replace: '        return (await this.#findQueued(device)).slice(0, 0);\n',
    },
    {
      id: 'direct.left',
      without: 'a row that nobody took up stops the direct processor for ever',
      find: "        slot.waiting?.settle('left');\n",
      replace: '',
    },
    {
      id: 'direct.one-by-one',
      without: 'the next message is begun while one waits for its answer',
      find: '  slot.inHand = handed;\n',
      replace: "  slot.inHand = handed;\n  handed.settle('done');\n",
    },
  ]),
  ...guardsOf('apps/worker/src/device-releases.ts', direct, [
    {
      id: 'rollout.emptied',
      without: 'rows stay queued in a place where nobody of the other engine looks',
      find: "reason === 'drained' || reason === 'rollout'",
      replace: "reason === 'drained'",
      shieldedBy: {
        guards: ['direct.clear'],
        why: 'who takes the device over puts back what is queued',
      },
    },
  ]),
  ...guardsOf('packages/operations/src/rollout.ts', shares, [
    {
      id: 'rollout.new-devices',
      without: 'devices that are added later are served by the workers, whatever the share',
      find: "  await giveTo(tx, direct, 'direct');\n",
      replace: '',
    },
  ]),
];
