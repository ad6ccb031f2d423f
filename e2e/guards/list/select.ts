import { type Guard, guardsOf } from '../guard.ts';

const selecting = { file: 'packages/store/test/select-due.test.ts' };
const triggering = { file: 'apps/scheduler/test/process-triggers.test.ts' };
const repairing = { file: 'apps/scheduler/test/reconcile.test.ts' };
const observing = { file: 'packages/store/test/observations.test.ts', name: 'returnToIdle' };
const counting = { file: 'packages/store/test/crashes.test.ts' };
const looping = { file: 'apps/scheduler/src/trigger-loop.test.ts' };

/** What is due becomes queued, and what lost its job becomes idle again. */
export const selectGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/select-due.sql', selecting, [
    {
      id: 'select.shard',
      without: 'two schedulers select for the same device',
      find: 'is null and d.id % 64 = any($1::bigint[])',
      replace: 'is null',
    },
    {
      id: 'select.shard-of-named',
      without: 'a named device is selected for by two schedulers',
      find: ' where g.id % 64 = any($1::bigint[])',
      replace: '',
    },
    {
      id: 'select.named-only',
      without: 'a nudge for one device reads all devices of its shard',
      find: 'where $4::bigint[] is null and',
      replace: 'where',
    },
    {
      id: 'select.engine',
      without: 'devices of the other engine get jobs that nobody fetches',
      find: 'and d.engine = $3 and device_may_send(d)',
      replace: 'and $3::text is not null and device_may_send(d)',
    },
    {
      id: 'select.may-send',
      without: 'a paused device’s rows are queued',
      find: 'and d.engine = $3 and device_may_send(d)',
      replace: 'and d.engine = $3',
    },
    {
      id: 'select.room-counts',
      without: 'a queue grows with every pass, and its decisions grow stale',
      find: "and h.dispatch_state in ('queued', 'sending'))::integer as size",
      replace: 'and false)::integer as size',
    },
    {
      id: 'select.room-of-sending',
      without: 'a message in flight takes no room',
      find: "and h.dispatch_state in ('queued', 'sending'))::integer as size",
      replace: "and h.dispatch_state = 'queued')::integer as size",
    },
    {
      id: 'select.room-positive',
      without: 'a device above its room stops its whole shard',
      find: '   where room.size > 0\n',
      replace: '',
    },
    {
      id: 'select.room-limit',
      without: 'each priority fills the whole room',
      find: '      order by p.priority, one.next_trigger_time\n      limit room.size) as due',
      replace: '      order by p.priority, one.next_trigger_time) as due',
    },
    {
      id: 'select.active',
      without: 'a run that ended is queued',
      find: "and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()",
      replace: "and s.dispatch_state = 'idle' and s.next_trigger_time <= now()",
      shieldedBy: {
        guards: ['select.again'],
        why: 'the row is judged once more under its lock',
      },
    },
    {
      id: 'select.idle',
      without: 'a row in flight is queued a second time',
      find: "and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()",
      replace: "and s.status = 'active' and s.next_trigger_time <= now()",
      shieldedBy: {
        guards: ['select.again'],
        why: 'the row is judged once more under its lock',
      },
    },
    {
      id: 'select.due',
      without: 'a message leaves before its time',
      find: "and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()",
      replace: "and s.status = 'active' and s.dispatch_state = 'idle'",
      shieldedBy: {
        guards: ['select.due-again'],
        why: 'the row is judged once more under its lock',
      },
    },
    {
      id: 'select.again',
      without: 'a row that another scheduler has just queued is queued again',
      find: "and s.status || ' ' || s.dispatch_state = 'active idle' and s.next_trigger_time <= now()",
      replace: 'and s.next_trigger_time <= now()',
      shieldedBy: {
        guards: ['select.idle'],
        why: 'the row is judged when it is read, and one scheduler at a time reads a shard',
      },
    },
    {
      id: 'select.due-again',
      without: 'a row that was put off since it was read leaves before its time',
      find: "and s.status || ' ' || s.dispatch_state = 'active idle' and s.next_trigger_time <= now()",
      replace: "and s.status || ' ' || s.dispatch_state = 'active idle'",
      shieldedBy: {
        guards: ['select.due'],
        why: 'the row is judged when it is read; between that and its lock lie milliseconds',
      },
    },
    {
      id: 'select.skip-locked',
      without: 'one row that somebody holds stops its shard',
      find: 'for no key update of s skip locked',
      replace: 'for no key update of s',
    },
    {
      id: 'select.dispatch-number',
      without: 'a job of an earlier dispatch passes for this one',
      find: 'dispatch_seq = s.dispatch_seq + 1,',
      replace: 'dispatch_seq = s.dispatch_seq,',
    },
  ]),
  ...guardsOf('packages/store/sql/lock-shards.sql', selecting, [
    {
      id: 'select.shard-lock',
      without: 'two schedulers fill the room of a device twice',
      find: "pg_try_advisory_xact_lock(hashtext('dripfleet select'), g.shard)",
      replace: '(g.shard is not null)',
    },
    {
      id: 'select.shard-lock-per-shard',
      without: 'schedulers wait for one another although they do different work',
      find: "hashtext('dripfleet select'), g.shard)",
      replace: "hashtext('dripfleet select'), g.shard * 0)",
    },
    {
      id: 'select.shard-lock-ends',
      without: 'a scheduler that died keeps its shard from all others',
      find: 'pg_try_advisory_xact_lock(',
      replace: 'pg_try_advisory_lock(',
    },
  ]),
  ...guardsOf('packages/store/sql/find-stale-queued.sql', selecting, [
    {
      id: 'reconcile.stale-state',
      without: 'rows in flight are taken for lost',
      find: "where s.dispatch_state = 'queued' and s.device_id > $3",
      replace: 'where s.device_id > $3',
    },
    {
      id: 'reconcile.stale-age',
      without: 'a row whose job is being written is taken for lost',
      find: "   and s.worker_assigned_at <= now() - $1::bigint * interval '1 ms'\n",
      replace: '   and $1::bigint is not null\n',
    },
    {
      id: 'reconcile.stale-page',
      without: 'the repair reads the same page for ever',
      find: ' and s.device_id > $3',
      replace: ' and $3::bigint is not null',
    },
  ]),
  ...guardsOf('packages/store/sql/return-to-idle.sql', observing, [
    {
      id: 'idle.queued',
      without: 'a message in flight is put back, and sent a second time',
      find: "where s.dispatch_state = 'queued' and s.dispatch_seq = g.dispatch_seq",
      replace: 'where s.dispatch_seq = g.dispatch_seq',
    },
    {
      id: 'idle.dispatch-number',
      without: 'a row that was queued anew loses its job’s validity',
      find: "where s.dispatch_state = 'queued' and s.dispatch_seq = g.dispatch_seq",
      replace: "where s.dispatch_state = 'queued' and g.dispatch_seq is not null",
    },
    {
      id: 'idle.survived',
      without: 'a row keeps the crashes of processes that did not die of it',
      find: "case $3::text when 'survived' then 0",
      replace: "case $3::text when 'survived' then s.crash_count",
      test: counting,
    },
    {
      id: 'idle.crashed',
      without: 'a row that kills processes before it is begun is never found out',
      find: "when 'crashed' then greatest(s.crash_count, least(s.crash_count + 1, 2))",
      replace: "when 'crashed' then s.crash_count",
      test: counting,
    },
    {
      id: 'idle.crashed-bystander',
      without: 'a row that only waited is condemned for its neighbour',
      find: 'least(s.crash_count + 1, 2)',
      replace: '(s.crash_count + 1)',
      test: counting,
    },
  ]),
  ...guardsOf('packages/store/sql/isolate-row.sql', counting, [
    {
      id: 'isolate.queued',
      without: 'a row that is not in hand is marked as if a process died of it',
      find: "and s.dispatch_state = 'queued' and s.dispatch_seq = $2",
      replace: 'and s.dispatch_seq = $2',
    },
    {
      id: 'isolate.dispatch-number',
      without: 'an old job marks the row of a new one',
      find: "and s.dispatch_state = 'queued' and s.dispatch_seq = $2",
      replace: "and s.dispatch_state = 'queued' and $2::bigint is not null",
    },
    {
      id: 'isolate.mark',
      without: 'a process that dies of a row alone leaves no trace, and the next one dies too',
      find: 'set crash_count = 3',
      replace: 'set crash_count = s.crash_count',
    },
  ]),
  ...guardsOf('packages/store/sql/load-deliveries.sql', counting, [
    {
      id: 'load.leave',
      without: 'contents that kill whoever reads them are read again, beside those of others',
      find: 'coalesce(s.crash_count < $2::int, true)',
      replace: 'coalesce($2::int = $2::int, true)',
    },
  ]),
  ...guardsOf('apps/scheduler/src/process-triggers.ts', triggering, [
    {
      id: 'triggers.redis-first',
      without: 'rows are queued without a job for as long as Redis is away',
      find: 'if (!(await deps.redisTakesWrites())) {',
      replace: 'if (false) {',
    },
    {
      id: 'triggers.redis-during',
      without: 'a pass goes on queueing when Redis has just filled up',
      find: 'if (done.refused > 0 && !(await deps.redisTakesWrites())) isAway = true;',
      replace: '',
    },
    {
      id: 'triggers.one-queue-refuses',
      without: 'one bad queue keeps all shards behind it waiting',
      find: 'if (done.refused > 0 && !(await deps.redisTakesWrites())) isAway = true;',
      replace: 'if (done.refused > 0) isAway = true;',
    },
    {
      id: 'triggers.return-refused',
      without: 'rows whose job Redis refused wait a minute for the repair',
      find: 'await deps.returnToIdle(refused);',
      replace: '',
    },
  ]),
  ...guardsOf('packages/store/src/portions.ts', { file: 'packages/store/src/portions.test.ts' }, [
    {
      id: 'triggers.shard-once',
      without: 'two portions of a pass keep each other out of a shard, and its nudges are lost',
      find: 'const own = shards.slice(start, start + shardsTogether);',
      replace: 'const own = shards.slice(start, start + shardsTogether + 1);',
    },
  ]),
  ...guardsOf('apps/scheduler/src/due-scan.ts', { file: 'apps/scheduler/src/due-scan.test.ts' }, [
    {
      id: 'replica.behind',
      without: 'a replica that has stopped following hides what is due for ever',
      find: 'if (newsAge !== undefined && newsAge <= newsAgeMax) return devices;',
      replace: 'if (newsAge !== undefined) return devices;',
    },
    {
      id: 'replica.knows-nobody',
      without: 'a replica that knows of no worker is trusted',
      find: 'if (newsAge !== undefined && newsAge <= newsAgeMax) return devices;',
      replace: 'if (newsAge === undefined || newsAge <= newsAgeMax) return devices;',
    },
    {
      id: 'replica.dead',
      without: 'nothing is queued while the replica is away',
      find: "    observe({ kind: 'problem', where: 'replica', error });\n",
      replace: "    observe({ kind: 'problem', where: 'replica', error });\n    throw error;\n",
    },
  ]),
  ...guardsOf('apps/scheduler/src/trigger-loop.ts', looping, [
    {
      id: 'triggers.pass-fails',
      without: 'one failed pass ends the scheduler’s work for good',
      find: '      this.#deps.onError(error);',
      replace: '      throw error;',
    },
    {
      id: 'triggers.full-pass',
      without: 'nudges put off what nobody nudges for',
      find: '        await this.#process(devices);\n',
      replace:
        '        await this.#process(devices);\n        nextFull = clock.monotonic() + interval;\n',
    },
  ]),
  ...guardsOf('apps/scheduler/src/reconcile.ts', repairing, [
    {
      id: 'reconcile.sentinel',
      without: 'after Redis was emptied all rows wait a minute',
      find: 'wasEmptied ? durationMs(0) : staleAge',
      replace: 'staleAge',
    },
    {
      id: 'reconcile.age',
      without: 'a row whose job is being written is taken for lost',
      find: 'wasEmptied ? durationMs(0) : staleAge',
      replace: 'durationMs(0)',
    },
    {
      id: 'reconcile.has-job',
      without: 'rows that wait behind others are taken for lost, and queued twice',
      find: 'rows.filter((row) => !jobs.has(jobId(row.sequenceContactId, row.dispatchSeq)))',
      replace: 'rows.filter(() => jobs)',
    },
    {
      id: 'reconcile.sentinel-last',
      without: 'a scheduler that dies during the repair leaves the rest to wait',
      find: '  // Only once all is back: a crash before this repeats it.\n  if (wasEmptied) await deps.setSentinel();\n',
      replace: '',
    },
    {
      id: 'reconcile.sentinel-after',
      without: 'a scheduler that dies during the repair leaves the rest to wait',
      find: 'if (wasEmptied) deps.resetProducer();',
      replace: 'if (wasEmptied) deps.resetProducer();\n  if (wasEmptied) await deps.setSentinel();',
    },
  ]),
  ...guardsOf(
    'packages/queue/src/inspect.ts',
    { file: 'packages/queue/test/device-queues.test.ts' },
    [
      {
        id: 'reconcile.jobs-in-hand',
        without: 'a row that a worker has in hand is taken for lost',
        find: "    pipeline.lrange(queueKey(device, 'active'), 0, -1);\n",
        replace: '',
      },
      {
        id: 'reconcile.unreadable-queue',
        without: 'a queue that can not be read looks empty, and its rows are queued twice',
        find: '    if (error) throw error;\n',
        replace: '    if (error) continue;\n',
      },
    ],
  ),
];
