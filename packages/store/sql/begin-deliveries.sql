-- Decides, once for all, whether each of these messages may leave now, and writes the intent if so.
-- One row per device and at most 256 of them. Every row gets an outcome and is moved by it; see begin-deliveries.ts.
-- Devices, contacts and rows that another transaction holds come back `busy`: no lock here is waited for, but that of a
-- delivery whose receipt is being stored at this moment.
-- Rows are looked up by their whole keys, one index probe each: a plan that was made while a table was small must not read
-- all of it when it has grown. So the cycle is a column of the given rows, and no constant: see finish-deliveries.sql. And what is
-- updated is named by the parameters too, which leaves no reason to read the rest.
-- Order of the checks: whose device, is it this dispatch, may this person be written to, may this device send.
-- $1 worker
-- arrays, pairwise: $2 sequence contacts · $3 dispatch_seqs (null: a re-send of what is `sending`) · $4 step keys
-- $5 devices · $6 epochs · $7 pacing versions that the caller paced by · $8 message ids · $9 jids · $10 bodies
with given as materialized (
  select g.*, 0 as cycle, s.contact_id, s.sequence_id
    from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[])
         with ordinality
         as g(id, dispatch_seq, step_key, device_id, epoch, pacing_version, message_id, to_jid, body, position)
    left join lateral (
      select s.contact_id, s.sequence_id from sequence_contacts s where s.id = g.id offset 0) as s on true
), device as materialized (
  select d.id, d.owner_worker_id, d.owner_epoch, d.pacing_version, d.restricted_until,
         -- A device that a rollout gave to the other engine is only given up by the caller.
         device_may_send(d) and d.engine = (select w.engine from workers w where w.id = $1::uuid) as may_send,
         coalesce(d.restriction = 'new_contacts' and coalesce(d.restricted_until > now(), true), false) as knows_only
    from devices d
   where d.id = any($5::bigint[])
   order by d.id
     for share of d skip locked
), contact as materialized (
  select c.id, c.suppressed_at, c.consent_at
    from contacts c
   where c.id = any(array(select contact_id from given)) and exists (select from device)
   order by c.id
     for share of c skip locked
), run as materialized (
  select s.id, s.status, s.dispatch_state, s.dispatch_seq, s.next_step_key, s.device_id
    from sequence_contacts s
   where s.id = any($2::bigint[]) and exists (select from contact)
   order by s.id
     for no key update of s skip locked
), judged as materialized (
  select g.*, l.state as delivery_state, device.restricted_until,
         case
           when g.contact_id is null then 'stale'
           when device.id is null then 'busy'
           when device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> g.epoch then 'not_mine'
           when contact.id is null or run.id is null then 'busy'
           when run.next_step_key is distinct from g.step_key or run.device_id <> g.device_id then 'stale'
           when g.dispatch_seq is null and run.dispatch_state <> 'sending' then 'stale'
           when g.dispatch_seq is not null
                and (run.dispatch_state <> 'queued' or run.dispatch_seq <> g.dispatch_seq) then 'stale'
           when l.state in ('sent', 'failed', 'uncertain', 'cancelled') then 'already_final'
           when g.dispatch_seq is null and l.state is distinct from 'sending' then 'stale'
           when contact.suppressed_at is not null then 'suppressed'
           when contact.consent_at is null then 'no_consent'
           when run.status <> 'active' then 'ended'
           when device.may_send is not true then 'device_not_running'
           when sequence.status <> 'active' then 'sequence_paused'
           when device.pacing_version <> g.pacing_version then 'pacing_changed'
           -- A time-lock: whom the device has reached before, or who wrote to it, goes on.
           when device.knows_only
                and not exists (select from sequence_contacts before
                                 cross join lateral (
                                   select from deliveries known
                                    where known.sequence_contact_id = before.id and known.device_id = g.device_id
                                      and (known.state = 'sent' or known.delivered_at is not null)
                                   offset 0) as known
                                 where before.contact_id = g.contact_id)
                and not exists (select from archived_deliveries long_ago
                                 where long_ago.contact_id = g.contact_id and long_ago.device_id = g.device_id
                                   and long_ago.state = 'sent')
                and not exists (select from inbound_messages heard
                                 where heard.contact_id = g.contact_id and heard.device_id = g.device_id)
             then 'new_contact'
           else 'begun'
         end as outcome
    from given g
    left join device on device.id = g.device_id
    left join contact on contact.id = g.contact_id
    left join run on run.id = g.id
    left join sequences sequence on sequence.id = g.sequence_id
    left join lateral (
      select d.state from deliveries d
       where d.sequence_contact_id = g.id and d.step_key = g.step_key and d.cycle = g.cycle
      offset 0) as l on true
), moved as (
  update sequence_contacts s
     set dispatch_state = case when j.outcome = 'begun' then 'sending' else 'idle' end,
         -- Whoever is told no has survived it so far.
         crash_count = case when j.outcome = 'begun' then s.crash_count + 1 else 0 end,
         status = case when j.outcome in ('suppressed', 'no_consent') then 'exited' else s.status end,
         exit_reason = case when j.outcome in ('suppressed', 'no_consent') then j.outcome else s.exit_reason end,
         finished_at = case when j.outcome in ('suppressed', 'no_consent') then now() else s.finished_at end,
         next_trigger_time = case
           when j.outcome = 'sequence_paused' then now() + interval '5 min'
           -- Within the hour even so: an operator may end it before its time.
           when j.outcome = 'new_contact' then least(j.restricted_until, now() + interval '1 h')
           else s.next_trigger_time end,
         assigned_worker_id = case when j.outcome = 'begun' then $1::uuid end,
         worker_assigned_at = case when j.outcome = 'begun' then s.worker_assigned_at end
    from judged j
   where s.id = j.id and s.id = any($2::bigint[])
     and (j.outcome = 'begun'
          -- What may have left stays `sending` until its fate is known; only a fresh dispatch goes back.
          or (j.outcome in ('suppressed', 'no_consent', 'ended', 'device_not_running', 'sequence_paused', 'pacing_changed',
                            'new_contact')
              and (j.dispatch_seq is not null or j.outcome in ('suppressed', 'no_consent', 'ended'))))
), closed as (
  -- A re-send that may not be: whether the first transmission arrived stays unknown.
  update deliveries l
     set state = 'uncertain', concluded_at = now(), error_class = 'unconfirmed', error_code = j.outcome
    from judged j
   where l.sequence_contact_id = j.id and l.step_key = j.step_key and l.cycle = j.cycle
     and l.sequence_contact_id = any($2::bigint[])
     -- Written so that no partial index fits: see select-due.sql.
     and l.state || '' = 'sending'
     and j.dispatch_seq is null and j.outcome in ('suppressed', 'no_consent', 'ended')
), written as (
  insert into deliveries as l (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, body, state, epoch)
  select j.id, j.step_key, j.contact_id, j.device_id, j.message_id, j.to_jid, j.body, 'sending', j.epoch
    from judged j
   where j.outcome = 'begun'
   order by j.id
  on conflict (sequence_contact_id, step_key, cycle) do update
     set state = 'sending', epoch = excluded.epoch, attempts = l.attempts + 1,
         resends = l.resends + case when l.state = 'sending' then 1 else 0 end, last_attempt_at = now(), concluded_at = null
   where l.state in ('ready', 'sending')
  returning l.sequence_contact_id, l.message_id, l.to_jid, l.body, l.attempts
)
select j.position::integer - 1 as position, j.outcome, w.message_id, w.to_jid, w.body, w.attempts
  from judged j left join written w on w.sequence_contact_id = j.id
 order by j.position
