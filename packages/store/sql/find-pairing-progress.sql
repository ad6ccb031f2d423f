-- How a request of an operator goes. A challenge that can no longer be used is not there.
-- $1 device
select p.method, p.requested_at, p.expires_at, p.reason, d.phone,
       case when p.state in ('requested', 'waiting') and p.expires_at <= now() then 'expired' else p.state end as state,
       live.challenge, extract(epoch from live.challenge_expires_at - now()) * 1000 as challenge_ms
  from pairings p
  join devices d on d.id = p.device_id
  left join pairings live
    on live.device_id = p.device_id and live.state = 'waiting' and live.expires_at > now() and live.challenge_expires_at > now()
 where p.device_id = $1
