-- The audit of one command: a row per object.
-- $1 actor · $2 action · $3 objects · $4 detail
insert into operator_actions (actor, action, object, detail)
select $1, $2, g.object, $4::jsonb from unnest($3::text[]) as g(object)
