-- The audit, the latest first.
-- $1 before this id, null: from the latest · $2 object, null: any · $3 lines at most
select a.id, a.at, a.actor, a.action, a.object, a.reason, a.detail
  from operator_actions a
 where ($1::bigint is null or a.id < $1) and ($2::text is null or a.object = $2)
 order by a.id desc
 limit $3
