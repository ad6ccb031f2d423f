import { type Guard, guardsOf } from '../guard.ts';

const confirming = { file: 'packages/store/test/confirmations.test.ts' };
const sessions = { file: 'packages/store/test/sessions.test.ts', name: 'the state of a session' };
const credentials = { file: 'packages/credentials/test/credentials.test.ts' };
const retrying = {
  file: 'packages/operations/test/retry.test.ts',
  name: 'locks every one of its contacts',
};
const hearing = { file: 'packages/operations/test/hear-message.test.ts' };
const importing = { file: 'packages/operations/test/import-races.test.ts' };

/** Confirmations of opt-outs, states of sessions, credentials, opt-outs and replies. */
export const otherSqlGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/begin-confirmation.sql', confirming, [
    {
      id: 'confirm.exists',
      without: 'a confirmation that was cancelled is waited for',
      find: "           when not exists (select from given) then 'stale'\n",
      replace: '',
    },
    {
      id: 'confirm.owner',
      without: 'a worker that lost the device confirms from it',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $5',
      replace: '$1::uuid is null or device.owner_epoch <> $5',
    },
    {
      id: 'confirm.epoch',
      without: 'what was decided under an earlier claim is confirmed under this one',
      find: 'device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $5',
      replace: 'device.owner_worker_id is distinct from $1::uuid',
    },
    {
      id: 'confirm.ready',
      without: 'an opt-out is confirmed twice',
      find: "delivery.state is distinct from 'ready' or delivery.device_id",
      replace: 'delivery.device_id',
    },
    {
      id: 'confirm.device',
      without: 'an opt-out is confirmed from another number',
      find: "delivery.state is distinct from 'ready' or delivery.device_id <> device.id",
      replace: "delivery.state is distinct from 'ready'",
    },
    {
      id: 'confirm.revoked',
      without: 'who was let in again is told that it hears nothing more',
      find: 'contact.suppressed_at is null or contact.suppressed_at > delivery.intent_at',
      replace: 'contact.suppressed_at > delivery.intent_at',
    },
    {
      id: 'confirm.later-opt-out',
      without: 'an opt-out after the next one is confirmed for the earlier',
      find: 'contact.suppressed_at is null or contact.suppressed_at > delivery.intent_at',
      replace: 'contact.suppressed_at is null',
    },
    {
      id: 'confirm.too-old',
      without: 'somebody who said stop hears from us days later',
      find: "           when delivery.intent_at < now() - $7::bigint * interval '1 ms' then 'too_old'\n",
      replace: '           when $7::bigint is null then null\n',
    },
    {
      id: 'confirm.device-running',
      without: 'a paused device sends',
      find: "           when not device.may_send then 'device_not_running'\n",
      replace: '',
    },
    {
      id: 'confirm.pacing-version',
      without: 'a confirmation goes out at the pace from before an operator slowed the device',
      find: "           when device.pacing_version <> $6 then 'pacing_changed'\n",
      replace: '           when $6::bigint is null then null\n',
    },
    {
      id: 'confirm.delivery-lock',
      without: 'two that begin it at once both may',
      find: '     for no key update of l\n',
      replace: '',
    },
    {
      id: 'confirm.contact-lock',
      without: 'who is let in again in this moment is told that it hears nothing more',
      find: '     for share of c skip locked\n',
      replace: '',
    },
    {
      id: 'confirm.device-skip-locked',
      without: 'a confirmation waits for whoever holds the device',
      find: '     for share of d skip locked\n',
      replace: '     for share of d\n',
    },
    {
      id: 'confirm.contact-skip-locked',
      without: 'a confirmation waits for whoever holds the contact',
      find: '     for share of c skip locked\n',
      replace: '     for share of c\n',
    },
  ]),
  ...guardsOf('packages/store/sql/finish-confirmation.sql', confirming, [
    {
      id: 'confirm.finish-attempt',
      without: 'a report about an earlier attempt ends the later one',
      find: 'and l.cycle = $2 and l.attempts = $3\n',
      replace: 'and l.cycle = $2 and $3::integer is not null\n',
    },
    {
      id: 'confirm.finish-open',
      without: 'what was sent becomes something else by a late report',
      find: "and (l.state = 'sending' or (l.state = 'uncertain' and $4 = 'sent'))",
      replace: '',
    },
    {
      id: 'confirm.finish-late-ack',
      without: 'an ack that comes late settles no doubt',
      find: "and (l.state = 'sending' or (l.state = 'uncertain' and $4 = 'sent'))",
      replace: "and l.state = 'sending'",
    },
  ]),
  ...guardsOf('packages/store/sql/set-session-state.sql', sessions, [
    {
      id: 'session.owner',
      without: 'a worker that lost the device says what state it is in',
      find: 'and d.owner_worker_id = $2::uuid and d.owner_epoch = $3',
      replace: 'and $2::uuid is not null and d.owner_epoch = $3',
    },
    {
      id: 'session.epoch',
      without: 'an earlier session says what state the device is in',
      find: 'and d.owner_worker_id = $2::uuid and d.owner_epoch = $3',
      replace: 'and d.owner_worker_id = $2::uuid and $3::bigint is not null',
    },
    {
      id: 'session.restriction-stays',
      without: 'a device that reconnects forgets its restriction, and writes on',
      find: "case when o.restricted and o.usable then 'restricted' else $4::text end as state",
      replace: '$4::text as state',
    },
    {
      id: 'session.end-not-hidden',
      without: 'a restricted device that was unlinked waits for its restriction to end',
      find: "$4::text in ('closed', 'connecting', 'open', 'unreachable') as usable",
      replace: 'true as usable',
      test: { file: 'packages/store/test/sessions.test.ts' },
    },
    {
      id: 'session.restriction-ends',
      without: 'a restriction that has run out stays for ever',
      find: 'and coalesce(d.restricted_until > now(), true)\n',
      replace: '\n',
    },
  ]),
  ...guardsOf('packages/store/sql/write-credentials.sql', credentials, [
    {
      id: 'credentials.owner',
      without: 'a worker that lost the device spoils the ratchets of its owner',
      find: 'and d.owner_worker_id = $2::uuid and d.owner_epoch = $3',
      replace: 'and $2::uuid is not null and d.owner_epoch = $3',
    },
    {
      id: 'credentials.epoch',
      without: 'an earlier session spoils the ratchets of this one',
      find: 'and d.owner_worker_id = $2::uuid and d.owner_epoch = $3',
      replace: 'and d.owner_worker_id = $2::uuid and $3::bigint is not null',
    },
    {
      id: 'credentials.device-lock',
      without: 'a claim passes between the check of the owner and the write',
      find: '     for share of d\n',
      replace: '',
    },
    {
      id: 'credentials.key',
      without: 'credentials are stored that no key opens',
      find: 'where $5::text is null and k.wrapped_key = $4::bytea',
      replace: 'where $5::text is null and $4::bytea is not null',
    },
  ]),
  ...guardsOf(
    'packages/credentials/src/load-device-key.ts',
    { file: 'packages/credentials/test/unreadable.test.ts' },
    [
      {
        id: 'credentials.key-gone',
        without:
          'a device whose key is gone gets a new identity, and its number must be paired again',
        find: 'return hasCredentials\n',
        replace: 'return hasCredentials && false\n',
      },
      {
        id: 'credentials.key-spoilt',
        without: 'a device whose key does not open gets a new identity',
        find: '  if (!dataKey)\n    return {',
        replace: "  if (!dataKey) return { kind: 'absent' };\n  if (!dataKey)\n    return {",
      },
    ],
  ),
  ...guardsOf('packages/credentials/src/open-credentials.ts', credentials, [
    {
      id: 'credentials.nothing-after-failure',
      without: 'a later key is stored although the earlier one was not',
      find: 'if (failures !== this.#failures)\n',
      replace: 'if (failures < 0)\n',
    },
  ]),
  ...guardsOf('packages/operations/src/hear-message.ts', hearing, [
    {
      id: 'opt-out.lock',
      without: 'a contact that is enrolled in the moment of its opt-out is written to',
      find: "if (message.kind === 'opt_out') await lockSuppressions(tx);",
      replace: '',
    },
    {
      id: 'opt-out.once',
      without: 'what was heard before takes effect again, on later runs',
      find: "if (!(await insertInboundMessage(tx, { ...message, contactId }))) return { kind: 'repeated' };",
      replace: 'await insertInboundMessage(tx, { ...message, contactId });',
    },
    {
      id: 'opt-out.confirmed-once',
      without: 'everybody who says stop twice hears from us twice',
      find: 'const isConfirmed = isNew && contactId',
      replace: 'const isConfirmed = contactId',
    },
    {
      id: 'opt-out.confirmed-to-known',
      without: 'numbers that we never wrote to hear from us',
      find: '  if (!run) return false;\n',
      replace: '  if (!run) throw new Error("no run");\n',
    },
  ]),
  ...guardsOf('packages/operations/src/apply-suppression.ts', hearing, [
    {
      id: 'opt-out.runs-end',
      without: 'the runs of somebody who said stop go on until begin refuses',
      find: 'contact === undefined ? [] : await exitRuns(tx, contact, ended)',
      replace: '[] as Awaited<ReturnType<typeof exitRuns>>',
    },
  ]),
  ...guardsOf('packages/store/sql/suppress-contact.sql', hearing, [
    {
      id: 'opt-out.contact-marked',
      without: 'begin does not see the opt-out',
      find: 'set suppressed_at = coalesce(c.suppressed_at, now())',
      replace: 'set suppressed_at = c.suppressed_at',
    },
    {
      id: 'opt-out.first-time',
      without: 'a second stop makes the confirmation of the first one untrue',
      find: 'coalesce(c.suppressed_at, now())',
      replace: 'now()',
    },
  ]),
  ...guardsOf('packages/store/sql/lock-suppressions.sql', hearing, [
    {
      id: 'opt-out.lock-exclusive',
      without: 'a contact that is enrolled in the moment of its opt-out is written to',
      find: 'pg_advisory_xact_lock(8205, 1)',
      replace: 'pg_advisory_xact_lock_shared(8205, 1)',
    },
  ]),
  ...guardsOf('packages/store/sql/lock-contacts.sql', hearing, [
    {
      id: 'opt-out.contact-lock',
      without: 'what is decided about a contact is not true any more when it is written',
      find: ' order by c.id for no key update of c',
      replace: ' order by c.id',
      test: importing,
    },
  ]),
  ...guardsOf('packages/store/sql/lock-dead-letters.sql', retrying, [
    {
      id: 'retry.contacts-first',
      without: 'a retry holds runs while it waits for contacts',
      find: '(select count(*) from contact) > 0',
      replace: 'exists (select from contact)',
    },
    {
      id: 'retry.runs-first',
      without:
        'a retry holds deliveries while it waits for runs, and a receipt of such a run waits for it',
      find: '(select count(*) from run) > 0',
      replace: 'exists (select from run)',
    },
  ]),
  ...guardsOf('packages/store/sql/exit-replied-runs.sql', hearing, [
    {
      id: 'reply.on-this-device',
      without: 'a reply to one number ends what another does',
      find: 'and s.device_id = $2 and s.status',
      replace: 'and $2::bigint is not null and s.status',
    },
    {
      id: 'reply.edition',
      without: 'a reply ends a run whose edition goes on after one',
      find: "     and v.definition ->> 'onReply' = 'exit'\n",
      replace: '',
    },
    {
      id: 'reply.written-before',
      without: 'a message that was read late ends a run that began after it',
      find: "     and s.enrolled_at <= to_timestamp($3::bigint / 1000.0) + interval '1 min'\n",
      replace: '     and $3::bigint is not null\n',
    },
    {
      id: 'reply.in-flight-stays',
      without: 'what became of the message in flight is never found out',
      find: "dispatch_state = case when s.dispatch_state = 'sending' then 'sending' else 'idle' end",
      replace: "dispatch_state = 'idle'",
    },
  ]),
  ...guardsOf('packages/store/sql/insert-inbound-message.sql', hearing, [
    {
      id: 'opt-out.id-of-another',
      without: 'an id that another contact’s message had swallows a stop',
      find: ' where m.contact_id is distinct from excluded.contact_id\n',
      replace: ' where false\n',
    },
  ]),
  ...guardsOf('packages/operations/src/commit-enrollments.ts', importing, [
    {
      id: 'enroll.suppressions-shared',
      without: 'a number that opts out while it is imported is enrolled all the same',
      find: '  await shareSuppressions(tx);\n',
      replace: '',
    },
    {
      id: 'enroll.contacts-locked',
      without: 'two imports of the same people decide by what neither sees of the other',
      find: '  await lockContacts(\n    tx,\n    people.map(({ phone }) => phone),\n  );\n',
      replace: '',
    },
  ]),
  ...guardsOf(
    'packages/store/sql/retry-deliveries.sql',
    { file: 'packages/operations/test/retry.test.ts' },
    [
      {
        id: 'retry.suppressed',
        without: 'an operator’s retry brings back the run of somebody who said stop',
        find: "           when c.suppressed_at is not null then 'suppressed'\n",
        replace: '',
      },
    ],
  ),
];
