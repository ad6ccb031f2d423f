import { type Guard, guardsOf } from '../guard.ts';

const beginning = { file: 'packages/store/test/begin-deliveries.test.ts' };
const contending = { file: 'packages/store/test/begin-contention.test.ts' };
const locked = { file: 'packages/store/test/sessions.test.ts', name: 'a time-lock' };
const condemned = { file: 'packages/store/test/crashes.test.ts' };

/** The last word on every message: begin. */
export const beginGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/begin-deliveries.sql', beginning, [
    {
      id: 'begin.owner',
      without: 'a worker that lost the device goes on sending from it',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> g.epoch',
      replace: '$1::uuid is null or device.owner_epoch <> g.epoch',
    },
    {
      id: 'begin.epoch',
      without: 'what was decided under an earlier claim is sent under this one',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> g.epoch',
      replace: 'device.owner_worker_id is distinct from $1::uuid',
    },
    {
      id: 'begin.engine',
      without: 'a worker goes on sending from a device that a rollout gave to the other engine',
      find: 'device_may_send(d) and d.engine = (select w.engine from workers w where w.id = $1::uuid) as may_send',
      replace: 'device_may_send(d) as may_send',
    },
    {
      id: 'begin.device-lock',
      without: 'a claim passes between the check of the owner and the intent',
      find: '     for share of d skip locked\n',
      replace: '',
      test: contending,
    },
    {
      id: 'begin.device-skip-locked',
      without: 'a device that somebody holds stops the messages of all others',
      find: '     for share of d skip locked\n',
      replace: '     for share of d\n',
      test: contending,
    },
    {
      id: 'begin.contact-lock',
      without: 'an opt-out passes between the check of the contact and the intent',
      find: '     for share of c skip locked\n',
      replace: '',
      test: contending,
    },
    {
      id: 'begin.contact-skip-locked',
      without: 'a contact that somebody holds stops the messages of all others',
      find: '     for share of c skip locked\n',
      replace: '     for share of c\n',
      test: contending,
    },
    {
      id: 'begin.run-lock',
      without: 'eight that begin the same row at once all may',
      find: '     for no key update of s skip locked\n',
      replace: '',
      test: contending,
      shieldedBy: {
        guards: ['begin.state', 'begin.dispatch-number'],
        why: 'the second to write the row finds its delivery, under the same id',
      },
    },
    {
      id: 'begin.run-skip-locked',
      without: 'a row that somebody holds stops the messages of all others',
      find: '     for no key update of s skip locked\n',
      replace: '     for no key update of s\n',
      test: contending,
    },
    {
      id: 'begin.exists',
      without: 'a row that was removed is asked for until somebody looks',
      find: "           when g.contact_id is null then 'stale'\n",
      replace: '',
    },
    {
      id: 'begin.step',
      without: 'a job of an earlier step sends it again',
      find: 'run.next_step_key is distinct from g.step_key or run.device_id <> g.device_id',
      replace: 'run.device_id <> g.device_id',
    },
    {
      id: 'begin.device-of-run',
      without: 'a row that moved to another device is sent from the old one',
      find: 'run.next_step_key is distinct from g.step_key or run.device_id <> g.device_id',
      replace: 'run.next_step_key is distinct from g.step_key',
    },
    {
      id: 'begin.resend-of-sending',
      without: 'a re-send starts a row that nobody has dispatched',
      find: "           when g.dispatch_seq is null and run.dispatch_state <> 'sending' then 'stale'\n",
      replace: '',
    },
    {
      id: 'begin.state',
      without: 'a job that comes twice is sent twice',
      find: "(run.dispatch_state <> 'queued' or run.dispatch_seq <> g.dispatch_seq)",
      replace: '(run.dispatch_seq <> g.dispatch_seq)',
    },
    {
      id: 'begin.dispatch-number',
      without: 'an old job that turns up again takes the place of the new one',
      find: "(run.dispatch_state <> 'queued' or run.dispatch_seq <> g.dispatch_seq)",
      replace: "(run.dispatch_state <> 'queued')",
    },
    {
      id: 'begin.final',
      without: 'a step that was sent is sent again',
      find: "           when l.state in ('sent', 'failed', 'uncertain', 'cancelled') then 'already_final'\n",
      replace: '',
    },
    {
      id: 'begin.resend-open',
      without: 'a re-send makes a delivery of what was never begun',
      find: "           when g.dispatch_seq is null and l.state is distinct from 'sending' then 'stale'\n",
      replace: '',
    },
    {
      id: 'begin.suppressed',
      without: 'somebody who said stop is written to',
      find: "           when contact.suppressed_at is not null then 'suppressed'\n",
      replace: '',
    },
    {
      id: 'begin.consent',
      without: 'somebody who never agreed is written to',
      find: "           when contact.consent_at is null then 'no_consent'\n",
      replace: '',
    },
    {
      id: 'begin.ended',
      without: 'a run that was exited goes on for one message',
      find: "           when run.status <> 'active' then 'ended'\n",
      replace: '',
    },
    {
      id: 'begin.device-running',
      without: 'a device sends although its operator paused it',
      find: "           when device.may_send is not true then 'device_not_running'\n",
      replace: '',
    },
    {
      id: 'begin.sequence-active',
      without: 'a paused sequence goes on',
      find: "           when sequence.status <> 'active' then 'sequence_paused'\n",
      replace: '',
    },
    {
      id: 'begin.pacing-version',
      without: 'a message goes out at the pace from before an operator slowed the device',
      find: "           when device.pacing_version <> g.pacing_version then 'pacing_changed'\n",
      replace: '',
    },
    {
      id: 'begin.time-lock',
      without: 'a device with a time-lock writes to new contacts, and is banned for it',
      find: '           when device.knows_only\n',
      replace: '           when false\n',
      test: locked,
    },
    {
      id: 'begin.time-lock-ends',
      without: 'a time-lock that has run out still stops new contacts',
      find: "coalesce(d.restriction = 'new_contacts' and coalesce(d.restricted_until > now(), true), false)",
      replace: "coalesce(d.restriction = 'new_contacts', false)",
      test: locked,
    },
    {
      id: 'begin.time-lock-known',
      without: 'a time-lock stops those who know the device as well',
      find: "and (known.state = 'sent' or known.delivered_at is not null)",
      replace: 'and false',
      test: locked,
    },
    {
      id: 'begin.time-lock-heard',
      without: 'a time-lock keeps a device from answering',
      find: 'where heard.contact_id = g.contact_id and heard.device_id = g.device_id)',
      replace: 'where false)',
      test: locked,
    },
    {
      id: 'begin.crash-counts',
      without: 'a row that kills every process is tried for ever',
      find: "crash_count = case when j.outcome = 'begun' then s.crash_count + 1 else 0 end",
      replace: 'crash_count = s.crash_count',
      test: beginning,
    },
    {
      id: 'begin.uncertain-stays',
      without: 'what may have left is dispatched as new while its device is paused',
      find: "              and (j.dispatch_seq is not null or j.outcome in ('suppressed', 'no_consent', 'ended'))))",
      replace: '              ))',
    },
    {
      id: 'begin.refused-resend-uncertain',
      without: 'a re-send that may not be stays open for ever',
      find: "and j.dispatch_seq is null and j.outcome in ('suppressed', 'no_consent', 'ended')\n)",
      replace: 'and false\n)',
    },
    {
      id: 'begin.one-delivery',
      without: 'a delivery that was concluded is opened again by a late begin',
      find: "   where l.state in ('ready', 'sending')\n",
      replace: '',
      shieldedBy: {
        guards: ['begin.final'],
        why: 'what is final was told before; this is for one that becomes so in between',
      },
    },
    {
      id: 'begin.bound',
      without: 'a retry sends another text under the same id',
      find: "set state = 'sending', epoch = excluded.epoch, attempts",
      replace:
        "set state = 'sending', body = excluded.body, to_jid = excluded.to_jid, epoch = excluded.epoch, attempts",
    },
    {
      id: 'begin.attempt-counted',
      without: 'a fact about an earlier attempt is taken for this one’s',
      find: 'attempts = l.attempts + 1',
      replace: 'attempts = l.attempts',
    },
    {
      id: 'begin.resends-counted',
      without: 'a message whose answers are all lost is sent for ever',
      find: "resends = l.resends + case when l.state = 'sending' then 1 else 0 end",
      replace: 'resends = l.resends',
    },
    {
      id: 'begin.attempt-time',
      without: 'pacing does not see the re-send',
      find: ', last_attempt_at = now(), concluded_at = null',
      replace: ', concluded_at = null',
    },
    {
      id: 'begin.exit-who-said-stop',
      without: 'a run of somebody who said stop is queued over and over',
      find: "status = case when j.outcome in ('suppressed', 'no_consent') then 'exited' else s.status end",
      replace: 'status = s.status',
    },
  ]),
  ...guardsOf('packages/store/src/batcher.ts', { file: 'packages/store/src/batcher.test.ts' }, [
    {
      id: 'batch.one-of-a-key',
      without: 'two messages of a device are decided by one look at its pace',
      find: 'if (batch.length < sizeMax && !keys.has(key)) {',
      replace: 'if (batch.length < sizeMax) {',
    },
    {
      id: 'batch.conflict-again',
      without: 'a lost race fails 256 messages',
      find: "if (code === 'conflict' && conflicts < conflictRetriesMax) {",
      replace: 'if (conflicts > 1_000_000) {',
    },
    {
      id: 'batch.bad-row-alone',
      without: 'one message that Postgres refuses keeps 255 others from leaving',
      find: "} else if (code === 'bad_row' && batch.length > 1) {",
      replace: '} else if (false) {',
    },
    {
      id: 'batch.too-few-answers',
      without: 'a message waits for ever for an answer that does not come',
      find: "if (outcome === undefined) reject(new Error('a batch answered with too few outcomes'));\n        else resolve(outcome);",
      replace: 'if (outcome !== undefined) resolve(outcome);',
    },
  ]),
  ...guardsOf('packages/domain/src/judge-crashes.ts', condemned, [
    {
      id: 'poison.suspect',
      without: 'a suspect takes its neighbours with it, and nobody learns which row it was',
      find: "return crashes >= suspectFrom ? 'suspect' : 'innocent';",
      replace: "return crashes < 0 ? 'suspect' : 'innocent';",
      test: { file: 'packages/domain/src/judge-crashes.test.ts' },
    },
    {
      id: 'poison.stop',
      without: 'a row that kills its process kills one after another',
      find: "if (crashes >= poisonFrom) return 'poison';",
      replace: '',
      test: { file: 'packages/domain/src/judge-crashes.test.ts' },
    },
  ]),
];
