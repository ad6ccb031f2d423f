-- Every key with what it is good for now, and the browsers that are logged in with it. Never the hash.
select k.id, k.name, k.role, k.created_at, k.created_by, k.expires_at, k.revoked_at, k.last_used_at,
       case
         when k.revoked_at is not null then 'revoked'
         when k.expires_at <= now() then 'expired'
         else 'usable'
       end as state,
       (select count(*)::integer from logins l where l.key_id = k.id and l.expires_at > now()) as logins
  from api_keys k
 order by k.name
