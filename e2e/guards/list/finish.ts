import { type Guard, guardsOf } from '../guard.ts';

const finishing = { file: 'packages/store/test/finish-deliveries.test.ts' };
const refusing = { file: 'packages/store/test/observations.test.ts', name: 'refuseDelivery' };
const receiving = { file: 'packages/store/test/observations.test.ts', name: 'recordReceipts' };
const finding = { file: 'packages/store/test/observations.test.ts', name: 'find' };

/** What became of a message, and of a step that could not be one. */
export const finishGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/finish-deliveries.sql', finishing, [
    {
      id: 'finish.lock-order',
      without: 'two batches wait for each other',
      find: '   order by s.id\n     for no key update of s\n',
      replace: '   order by s.id desc\n     for no key update of s\n',
      test: { file: 'packages/store/test/finish-deliveries.test.ts', name: 'nobody deadlocks' },
    },
    {
      id: 'finish.runs-first',
      without:
        'a batch holds deliveries while it waits for runs, and whoever holds such a run waits for it',
      find: 'where (select count(*) from run) > 0',
      replace: 'where exists (select from run)',
      test: { file: 'packages/store/test/finish-deliveries.test.ts', name: 'once every run is' },
    },
    {
      id: 'finish.run-lock',
      without: 'a run that is exited meanwhile goes on',
      find: '     for no key update of s\n',
      replace: '',
    },
    {
      id: 'finish.delivery-lock',
      without: 'of many that report the same fact each moves the run on',
      find: '        for no key update of d) as l',
      replace: ') as l',
      shieldedBy: {
        guards: ['finish.run-lock'],
        why: 'whoever reports holds the run’s row first',
      },
    },
    {
      id: 'finish.final',
      without: 'what was sent becomes something else by a late report',
      find: "           when delivery.state in ('sent', 'failed', 'cancelled') then 'already'\n",
      replace: '',
    },
    {
      id: 'finish.sent-always-true',
      without: 'an ack that comes late is dropped, and the message is sent again',
      find: "           when g.state = 'sent' then 'stored'\n",
      replace: '',
    },
    {
      id: 'finish.attempt',
      without: 'a report about an earlier attempt ends the later one',
      find: '(g.attempt is null or delivery.attempts = g.attempt)',
      replace: '(g.attempt is null or true)',
    },
    {
      id: 'finish.open',
      without: 'a doubt is ended by what is known of an attempt only',
      find: "when delivery.state = 'sending' and (g.attempt",
      replace: 'when (g.attempt',
    },
    {
      id: 'finish.first-ack',
      without: 'a message counts in the pacing as of its second report',
      find: "acked_at = case when j.state = 'sent' then coalesce(l.acked_at, now()) else l.acked_at end",
      replace: "acked_at = case when j.state = 'sent' then now() else l.acked_at end",
    },
    {
      id: 'finish.at-step',
      without: 'a late report moves a run that is steps ahead',
      find: 'where s.id = j.id and s.id = any($1::bigint[]) and j.at_step\n     and (',
      replace: 'where s.id = j.id and s.id = any($1::bigint[])\n     and (',
    },
    {
      id: 'finish.moves-stored-only',
      without: 'a report that says nothing new moves the run on once more',
      find: "((j.outcome = 'stored' and j.state <> 'sending')\n",
      replace: "(j.state <> 'sending'\n",
    },
    {
      id: 'finish.unknown-stays',
      without: 'what may have left is queued as new',
      find: "((j.outcome = 'stored' and j.state <> 'sending')\n",
      replace: "((j.outcome = 'stored')\n",
    },
    {
      id: 'finish.queued-though-final',
      without: 'a row whose message was settled while it was queued stands there for ever',
      find: "          or (j.delivery_state in ('sent', 'failed', 'cancelled') and j.dispatch_state = 'queued'))",
      replace: '          )',
    },
    {
      id: 'finish.ended-run-step',
      without: 'a run that was exited is given another step',
      find: "next_step_key = case when j.status <> 'active' then s.next_step_key\n                              when",
      replace: 'next_step_key = case when',
    },
    {
      id: 'finish.ended-run-status',
      without: 'a run that was exited is completed',
      find: "status = case when j.status <> 'active' then j.status\n                       when",
      replace: 'status = case when',
    },
    {
      id: 'finish.ended-run-held',
      without: 'a run that was exited waits for an operator',
      find: "when j.move = 'hold' and j.status = 'active' then 'held'",
      replace: "when j.move = 'hold' then 'held'",
    },
    {
      id: 'finish.survived',
      without: 'innocent rows are condemned by restarts',
      find: ' and s.crash_count <> 0\n',
      replace: ' and false\n',
    },
    {
      id: 'finish.crashes-forgotten',
      without: 'the next step starts with the crashes of this one',
      find: 'crash_count = 0, assigned_worker_id = null, worker_assigned_at = null\n    from judged j\n',
      replace: 'assigned_worker_id = null, worker_assigned_at = null\n    from judged j\n',
    },
    {
      id: 'finish.not-resent',
      without: 'a device that is offline uses up the re-sends of what it could not send',
      find: "case when j.state = 'sending' and j.error_class = 'not_sent' then 1 else 0 end",
      replace: '0',
    },
  ]),
  ...guardsOf('packages/store/sql/refuse-delivery.sql', refusing, [
    {
      id: 'refuse.owner',
      without: 'a worker that lost the device fails its steps',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $6',
      replace: '$1::uuid is null or device.owner_epoch <> $6',
    },
    {
      id: 'refuse.epoch',
      without: 'an earlier claim fails steps under this one',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $6',
      replace: 'device.owner_worker_id is distinct from $1::uuid',
    },
    {
      id: 'refuse.step',
      without: 'an old job fails the next step',
      find: 'run.next_step_key is distinct from $4 or run.device_id',
      replace: 'run.device_id',
    },
    {
      id: 'refuse.device-of-run',
      without: 'a row that moved to another device is failed by the old one',
      find: ' or run.device_id <> device.id\n',
      replace: '\n',
    },
    {
      id: 'refuse.queued',
      without: 'a message in flight is failed',
      find: "or run.dispatch_state <> 'queued' or run.dispatch_seq <> $3",
      replace: 'or run.dispatch_seq <> $3',
    },
    {
      id: 'refuse.dispatch-number',
      without: 'an old job fails what was queued anew',
      find: "or run.dispatch_state <> 'queued' or run.dispatch_seq <> $3",
      replace: "or run.dispatch_state <> 'queued' or $3::bigint is null",
    },
    {
      id: 'refuse.final',
      without: 'what was sent becomes a failure',
      find: "           when l.state in ('sent', 'failed', 'uncertain', 'cancelled') then 'already_final'\n",
      replace: '',
    },
    {
      id: 'refuse.open',
      without: 'what may have left becomes a failure',
      find: "           when l.state = 'sending' then 'stale'\n",
      replace: '',
      shieldedBy: {
        guards: ['refuse.ready-only'],
        why: 'the line of the ledger is overwritten only while it is ready',
      },
    },
    {
      id: 'refuse.ready-only',
      without: 'a receipt that comes in this moment is overwritten by a failure',
      find: "   where l.state = 'ready'\n",
      replace: '',
      shieldedBy: {
        guards: ['refuse.final', 'refuse.open'],
        why: 'both are looked at before; this is for what changes in between',
      },
    },
    {
      id: 'refuse.suppressed',
      without: 'a run of somebody who said stop moves to its next step',
      find: "           when contact.suppressed_at is not null then 'suppressed'\n",
      replace: '',
    },
    {
      id: 'refuse.consent',
      without: 'a run without consent moves to its next step',
      find: "           when contact.consent_at is null then 'no_consent'\n",
      replace: '',
    },
    {
      id: 'refuse.ended',
      without: 'a run that was exited is moved',
      find: "           when run.status <> 'active' then 'ended'\n",
      replace: '',
    },
    {
      id: 'refuse.device-running',
      without: 'steps fail while their device is paused',
      find: "           when not device.may_send then 'device_not_running'\n",
      replace: '',
    },
    {
      id: 'refuse.sequence-active',
      without: 'steps fail while their sequence is paused to be mended',
      find: "           when sequence.status <> 'active' then 'sequence_paused'\n",
      replace: '',
    },
    {
      id: 'refuse.device-skip-locked',
      without: 'a refusal waits for whoever holds the device',
      find: '     for share of d skip locked\n',
      replace: '     for share of d\n',
    },
    {
      id: 'refuse.contact-skip-locked',
      without: 'a refusal waits for whoever holds the contact',
      find: '     for share of c skip locked\n',
      replace: '     for share of c\n',
    },
    {
      id: 'refuse.run-skip-locked',
      without: 'a refusal waits for whoever holds the row',
      find: '     for no key update of s skip locked\n',
      replace: '     for no key update of s\n',
    },
  ]),
  ...guardsOf('packages/store/sql/record-receipts.sql', receiving, [
    {
      id: 'receipt.first-time',
      without: 'a receipt that comes again changes when a message arrived',
      find: 'delivered_at = coalesce(l.delivered_at, now())',
      replace: 'delivered_at = now()',
    },
    {
      id: 'receipt.open',
      without: 'a receipt settles nothing, and the message is sent again',
      find: "l.state in ('ready', 'sending', 'uncertain') as is_open",
      replace: 'false as is_open',
    },
  ]),
  ...guardsOf('packages/store/sql/find-open-deliveries.sql', finding, [
    {
      id: 'recover.any-epoch',
      without: 'what an earlier owner left open is never settled',
      find: "where l.device_id = $1 and l.state = 'sending'",
      replace:
        "where l.epoch = (select d.owner_epoch from devices d where d.id = l.device_id) and l.device_id = $1 and l.state = 'sending'",
    },
    {
      id: 'recover.of-device',
      without: 'a device sends what another device began',
      find: "where l.device_id = $1 and l.state = 'sending'",
      replace: "where $1::bigint is not null and l.state = 'sending'",
    },
    {
      id: 'recover.open-only',
      without: 'what was sent is sent again',
      find: "where l.device_id = $1 and l.state = 'sending' and",
      replace: 'where l.device_id = $1 and',
    },
  ]),
  ...guardsOf('packages/store/sql/find-transmissions.sql', finding, [
    {
      id: 'pacing.reach',
      without: 'the history of a device is read from its beginning',
      find: "and l.last_attempt_at >= now() - g.reach_ms * interval '1 ms'",
      replace: 'and l.last_attempt_at is not null and g.reach_ms is not null',
    },
  ]),
];
