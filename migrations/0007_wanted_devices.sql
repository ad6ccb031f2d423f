-- Up Migration

-- How many of its devices a worker found wanted lately, told with its heartbeat: each looks at its own, and adds up what the
-- others say. Null: not told yet.
alter table workers add column wanted_devices integer;
