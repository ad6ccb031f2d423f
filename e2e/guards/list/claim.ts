import { type Guard, guardsOf } from '../guard.ts';

const claiming = { file: 'packages/store/test/claim-devices.test.ts' };
const wanted = { file: 'packages/store/test/wanted-devices.test.ts' };
const owning = { file: 'packages/fleet/test/claims.test.ts' };

/** Who owns a device: the claim, the release, what is offered to be claimed, and the worker's part in it. */
export const claimGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/claim-devices.sql', claiming, [
    {
      id: 'claim.asked',
      without: 'a claim takes devices that nobody asked for',
      find: 'where d.id = any($2::bigint[]) and',
      replace: 'where $2::bigint[] is not null and',
    },
    {
      id: 'claim.engine',
      without: 'the other engine serves the device as well',
      find: 'and (d.engine = $5 or d.owner_worker_id = $1::uuid)\n',
      replace: 'and $5::text is not null\n',
    },
    {
      id: 'claim.own-of-other-engine',
      without: 'a device that a rollout moved stays with an owner that does not run it',
      find: 'and (d.engine = $5 or d.owner_worker_id = $1::uuid)\n',
      replace: 'and d.engine = $5\n',
    },
    {
      id: 'claim.may-send',
      without: 'a device that may not send is claimed and connected',
      find: 'and (device_may_send(d) or d.owner_worker_id = $1::uuid or pairing.is_pairing)',
      replace: 'and true',
    },
    {
      id: 'claim.drained',
      without: 'a drained device is taken again',
      find: "and d.desired_state <> 'drained'",
      replace: 'and true',
    },
    {
      id: 'claim.owned',
      without: 'a device is taken from a live owner',
      find: '     and (d.owner_worker_id is null\n          or d.owner_worker_id = $1::uuid\n          or (',
      replace: '     and (true or (',
    },
    {
      id: 'claim.may-steal',
      without: 'after an outage of Postgres everybody looks dead, and all devices move',
      find: 'or ($4::boolean and not exists (',
      replace: 'or ($4::boolean is not null and not exists (',
    },
    {
      id: 'claim.heartbeat-age',
      without: 'a dead owner keeps its devices for ever',
      find: "and w.last_heartbeat_at > now() - $3::bigint * interval '1 ms'",
      replace: 'and $3::bigint is not null',
    },
    {
      id: 'claim.reservation',
      without: 'somebody else takes a device that was handed to a successor',
      find: '     and (d.reserved_for is null or d.reserved_for = $1::uuid or d.reserved_until < now())\n',
      replace: '',
    },
    {
      id: 'claim.reservation-ends',
      without: 'a successor that died keeps a device from everybody',
      find: 'd.reserved_for = $1::uuid or d.reserved_until < now())\n   order',
      replace: 'd.reserved_for = $1::uuid)\n   order',
    },
    {
      id: 'claim.skip-locked',
      without: 'a claim waits for whoever holds a device',
      find: 'for no key update of d skip locked',
      replace: 'for no key update of d',
    },
    {
      id: 'claim.lock',
      without: 'two claims at once both succeed',
      find: '     for no key update of d skip locked\n',
      replace: '',
    },
    {
      id: 'claim.epoch-rises',
      without: 'what the earlier owner began passes as this one’s',
      find: 'owner_epoch = d.owner_epoch + 1',
      replace: 'owner_epoch = d.owner_epoch',
    },
    {
      id: 'claim.reservation-cleared',
      without: 'an old reservation still stands when the device is given up',
      find: 'owner_claimed_at = now(),\n       reserved_for = null, reserved_until = null\n',
      replace: 'owner_claimed_at = now()\n',
    },
  ]),
  ...guardsOf('packages/store/sql/release-devices.sql', claiming, [
    {
      id: 'release.owner',
      without: 'a late release takes the device from its new owner',
      find: 'where d.owner_worker_id = $1::uuid and d.owner_epoch = g.epoch',
      replace: 'where $1::uuid is not null and d.owner_epoch = g.epoch',
    },
    {
      id: 'release.epoch',
      without: 'a late release ends a claim that was made anew',
      find: 'where d.owner_worker_id = $1::uuid and d.owner_epoch = g.epoch',
      replace: 'where d.owner_worker_id = $1::uuid',
    },
    {
      id: 'release.session-closed',
      without: 'a device that nobody owns looks connected',
      find: "in ('connecting', 'open', 'unreachable') then 'closed'\n",
      replace: "in ('connecting', 'open', 'unreachable') then d.session_state\n",
    },
    {
      id: 'release.drained',
      without: 'a draining device is never drained',
      find: "desired_state = case when d.desired_state = 'draining' then 'drained' else d.desired_state end",
      replace: 'desired_state = d.desired_state',
    },
    {
      id: 'release.no-successor-of-drained',
      without: 'a drained device is kept for a worker that may not have it',
      find: "reserved_for = case when d.desired_state <> 'draining' then held.successor end",
      replace: 'reserved_for = held.successor',
    },
    {
      id: 'release.reserved',
      without: 'the giver takes the device back before its successor has it',
      find: "reserved_for = case when d.desired_state <> 'draining' then held.successor end",
      replace: 'reserved_for = null',
    },
  ]),
  ...guardsOf('packages/store/sql/find-wanted-devices.sql', wanted, [
    {
      id: 'wanted.engine',
      without: 'devices of the other engine count and are offered',
      find: 'where d.engine = $4 and (owner.is_gone or d.owner_worker_id = $1::uuid) and work.since is not null',
      replace: 'where (owner.is_gone or d.owner_worker_id = $1::uuid) and work.since is not null',
    },
    {
      id: 'wanted.work',
      without: 'idle devices are connected',
      find: 'or d.owner_worker_id = $1::uuid) and work.since is not null',
      replace: 'or d.owner_worker_id = $1::uuid)',
    },
    {
      id: 'wanted.told-once',
      without: 'what others have is counted by everybody, and told as well',
      find: '(owner.is_gone or d.owner_worker_id = $1::uuid) and work',
      replace: 'work',
    },
    {
      id: 'wanted.told',
      without: 'what others found wanted does not count, and shares are too small',
      find: ' + coalesce((select sum(devices) from told), 0)::integer as wanted',
      replace: ' as wanted',
    },
    {
      id: 'wanted.told-most',
      without: 'a worker that gave its devices up still counts as having them',
      find: 'select least(count(*),\n               coalesce(w.wanted_devices, count(*))',
      replace: 'select greatest(0,\n               coalesce(w.wanted_devices, count(*))',
    },
    {
      id: 'wanted.claimed-since',
      without:
        'what was claimed since the last heartbeat does not count, and devices are shed for nothing',
      find: "+ count(*) filter (where d.owner_claimed_at > w.last_heartbeat_at - interval '10 s')) as devices",
      replace: ') as devices',
    },
    {
      id: 'wanted.told-by-the-living',
      without: 'devices of the dead count twice: as told, and as free',
      find: "and d.owner_worker_id <> $1::uuid\n     and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms'",
      replace: 'and d.owner_worker_id <> $1::uuid',
    },
    {
      id: 'wanted.may-send',
      without: 'a paused device is offered',
      find: 'case when device_may_send(d) then least(',
      replace: 'case when true then least(',
    },
    {
      id: 'wanted.pairing',
      without: 'nobody takes up a request to pair',
      find: 'case when pairing.is_pairing then now() end',
      replace: 'null::timestamptz',
    },
    {
      id: 'wanted.keep-online',
      without: 'a device labelled keep-online is let go',
      find: "case when d.labels ? 'keep-online' then d.created_at end",
      replace: 'null::timestamptz',
      test: { file: 'packages/store/test/sessions.test.ts', name: 'is wanted all the same' },
    },
    {
      id: 'wanted.away-long',
      without: 'replies to a device without due messages are never read',
      find: "and d.state_since < now() - interval '4 h'",
      replace: 'and false',
      test: { file: 'packages/store/test/sessions.test.ts', name: 'is wanted all the same' },
    },
    {
      id: 'wanted.not-mine',
      without: 'a worker is offered what it has',
      find: '(d.owner_worker_id <> $1::uuid\n                and (',
      replace: '(true\n                and (',
    },
    {
      id: 'wanted.not-live',
      without: 'the devices of live owners are offered, and Postgres is asked for them in vain',
      find: "(w.last_heartbeat_at is null or w.last_heartbeat_at <= now() - $2::bigint * interval '1 ms')",
      replace: '($2::bigint is not null)',
    },
    {
      id: 'wanted.reserved',
      without: 'what is kept for another is offered',
      find: '     and (reserved_for is null or reserved_for = $1::uuid or reserved_until < now())\n',
      replace: '',
    },
    {
      id: 'wanted.limit',
      without: 'one scan of a large fleet reads it all',
      find: '   limit $5\n',
      replace: '   limit $5::integer + 1000000\n',
    },
    {
      id: 'wanted.live-workers',
      without: 'shares are counted over the dead, and nobody takes the rest',
      find: "and last_heartbeat_at > now() - $2::bigint * interval '1 ms')::integer",
      replace: ')::integer',
    },
    {
      id: 'wanted.staying-workers',
      without: 'shares are counted over those that leave, and nobody takes the rest',
      find: 'and not draining and (redis_ok',
      replace: 'and (redis_ok',
    },
    {
      id: 'wanted.engine-workers',
      without:
        'shares are counted over workers that serve the other devices, and nobody takes the rest',
      find: 'where engine = $4 and not draining and',
      replace: 'where not draining and',
    },
    {
      id: 'wanted.redis',
      without: 'shares are counted over those who can claim nothing, and nobody takes the rest',
      find: 'and (redis_ok or id = $1::uuid) and',
      replace: 'and',
    },
  ]),
  ...guardsOf('packages/store/sql/find-peers.sql', claiming, [
    {
      id: 'peers.others',
      without: 'a worker hands its devices to itself',
      find: 'where w.id <> $1::uuid and',
      replace: 'where $1::uuid is not null and',
    },
    {
      id: 'peers.engine',
      without: 'devices are handed to a worker that may not claim them',
      find: 'and w.engine = (select own.engine from workers own where own.id = $1::uuid) and not',
      replace: 'and not',
    },
    {
      id: 'peers.staying',
      without: 'devices are handed to a worker that leaves as well',
      find: 'and not w.draining and',
      replace: 'and',
    },
    {
      id: 'peers.live',
      without: 'devices are handed to the dead',
      find: "and w.last_heartbeat_at > now() - $2::bigint * interval '1 ms'",
      replace: 'and $2::bigint is not null',
    },
  ]),
  ...guardsOf('packages/store/sql/remove-workers.sql', claiming, [
    {
      id: 'workers.owns-nothing',
      without: 'a worker that still owns devices is forgotten, and they look ownerless',
      find: '\n   and not exists (select from devices d where d.owner_worker_id = w.id)',
      replace: '',
    },
  ]),
  ...guardsOf('packages/store/sql/heartbeat-worker.sql', claiming, [
    {
      id: 'heartbeat.row',
      without: 'every worker keeps all others alive',
      find: ' where id = $1 returning id',
      replace: ' where $1::uuid is not null returning id',
    },
    {
      id: 'heartbeat.time',
      without: 'a live worker looks dead',
      find: 'set last_heartbeat_at = now(), redis_ok',
      replace: 'set redis_ok',
    },
    {
      id: 'heartbeat.redis',
      without: 'nobody knows which worker reaches Redis',
      find: 'redis_ok = $2, draining',
      replace: 'redis_ok = $2::boolean or true, draining',
    },
    {
      id: 'heartbeat.draining',
      without: 'devices are handed to a worker that leaves',
      find: 'draining = $3, wanted',
      replace: 'draining = $3::boolean and false, wanted',
    },
    {
      id: 'heartbeat.wanted',
      without: 'nobody knows what the others have, and all count as wanted for ever',
      find: 'wanted_devices = $4 where',
      replace: 'wanted_devices = nullif($4::integer, $4::integer) where',
    },
  ]),
  ...guardsOf('packages/fleet/src/claims.ts', owning, [
    {
      id: 'claims.trusted',
      without: 'a worker that is cut off from Postgres goes on claiming',
      find: 'if (devices.length === 0 || !heartbeat.isTrusted(generation)) return [];',
      replace: 'if (devices.length === 0) return [];',
    },
    {
      id: 'claims.lock-first',
      without: 'all workers ask Postgres for the same devices',
      find: 'const locked = await locks.take(devices);',
      replace: 'const locked = devices; await locks.take(devices);',
    },
    {
      id: 'claims.may-steal',
      without: 'after an outage of Postgres everybody looks dead, and all devices move',
      find: 'maySteal: heartbeat.maySteal,',
      replace: 'maySteal: true,',
    },
    {
      id: 'claims.give-back',
      without: 'a lock without a claim keeps the device from its owner to be',
      find: 'await locks.release(locked.filter((device) => !mine.has(device)));',
      replace: '',
    },
    {
      id: 'claims.generation-before',
      without: 'a claim that was asked for before a fence counts as made after it',
      find: 'return granted.map((claimed) => ({ ...claimed, worker, generation }));',
      replace:
        'return granted.map((claimed) => ({ ...claimed, worker, generation: heartbeat.generation }));',
    },
    {
      id: 'claims.release-granted-only',
      without: 'a release frees the lock of the next owner',
      find: 'await locks.release(released).catch(() => {});',
      replace: 'await locks.release(releases.map(({ deviceId }) => deviceId)).catch(() => {});',
      shieldedBy: {
        guards: ['redis.release-holder'],
        why: 'the script releases only what this worker holds',
      },
    },
    {
      id: 'claims.release-without-redis',
      without: 'no device is given up while Redis is away',
      find: 'await locks.release(released).catch(() => {});',
      replace: 'await locks.release(released);',
    },
    {
      id: 'claims.renew-never-throws',
      without: 'a Redis that is away ends the heartbeat',
      find: '    } catch {\n      return false;\n    }',
      replace: '    } catch (error) {\n      throw error;\n    }',
    },
  ]),
];
