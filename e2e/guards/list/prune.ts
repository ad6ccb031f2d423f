import { type Guard, guardsOf } from '../guard.ts';

const pruning = { file: 'packages/store/test/prune.test.ts' };

/** What is erased and moved away when it is old, and what must stay. */
export const pruneGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/erase-bodies.sql', pruning, [
    {
      id: 'erase.concluded',
      without: 'a message that may have to be sent again has lost its text',
      find: "and l.body is not null and l.state in ('sent', 'failed', 'cancelled')",
      replace: 'and l.body is not null',
    },
    {
      id: 'erase.old',
      without: 'a text is erased before anybody could look at what was sent',
      find: "now() - $1::bigint * interval '1 ms') as until",
      replace: "now() - 0 * $1::bigint * interval '1 ms') as until",
    },
    {
      id: 'erase.none-left-behind',
      without: 'texts are passed by, and kept for ever',
      find: 'where span.until > span.since and not exists (select from old)',
      replace: 'where span.until > span.since',
    },
  ]),
  ...guardsOf('packages/store/sql/archive-deliveries.sql', pruning, [
    {
      id: 'archive.final',
      without: 'a dead letter is moved to where no operator finds it',
      find: "and l.state in ('sent', 'cancelled') and",
      replace: 'and',
    },
    {
      id: 'archive.windows',
      without: 'a cap forgets what was sent in its window',
      find: " and l.last_attempt_at < now() - $1::bigint * interval '1 ms'\n",
      replace: '\n',
    },
    {
      id: 'archive.counted',
      without: 'totals shrink when deliveries are moved',
      find: '  select state, count(*) from kept group by state\n',
      replace: '  select state, count(*) from kept where false group by state\n',
    },
  ]),
  ...guardsOf('packages/store/sql/lock-prune.sql', pruning, [
    {
      id: 'prune.lock',
      without: 'two schedulers move the same rows',
      find: "pg_try_advisory_xact_lock(hashtext('dripfleet prune')) as locked",
      replace: 'true as locked',
    },
  ]),
];
