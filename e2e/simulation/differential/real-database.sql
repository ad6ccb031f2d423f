-- Makes a migrated database run on a clock that the test holds, be filled and read whole in one statement each.
-- A connection sees it through its search_path: sim, pg_catalog, public. Then `now()` of the statements, of the functions
-- and of the defaults below is the test's.
create schema sim;

create table sim.clock (now_ms bigint not null);
insert into sim.clock values (0);

-- As pg_catalog.now(): it stays what it was when the transaction first asked.
create function sim.now() returns timestamptz language plpgsql stable as $$
declare
  pinned text := current_setting('sim.pinned', true);
begin
  if pinned is null or pinned = '' then
    select set_config('sim.pinned', c.now_ms::text, true) into pinned from sim.clock c;
  end if;
  return timestamptz 'epoch' + pinned::bigint * interval '1 ms';
end
$$;

do $$
declare
  found record;
begin
  for found in
    select c.table_name, c.column_name
      from information_schema.columns c
     where c.table_schema = 'public' and c.column_default = 'now()'
  loop
    execute format('alter table %I alter column %I set default sim.now()', found.table_name, found.column_name);
  end loop;
end
$$;

-- Empties every table but settings and inserts these rows, [{"table": …, "row": {…}}], in their order. Numbers begin at 1.
create function sim.load(at_ms bigint, world jsonb) returns void language plpgsql as $$
declare
  one jsonb;
  columns text;
begin
  perform set_config('sim.pinned', at_ms::text, true);
  update sim.clock set now_ms = at_ms;
  delete from operator_actions;
  delete from inbound_messages;
  delete from deliveries;
  delete from sequence_contacts;
  delete from suppressions;
  delete from contacts;
  delete from sequence_versions;
  delete from sequences;
  delete from pairings;
  delete from devices;
  delete from workers;
  perform setval(pg_get_serial_sequence(t, 'id'), 1, false)
     from unnest('{devices,sequences,contacts,sequence_contacts,operator_actions}'::text[]) as t;
  for one in select value from jsonb_array_elements(world) loop
    select string_agg(quote_ident(k), ', ') into columns from jsonb_object_keys(one -> 'row') as k;
    execute format('insert into %I (%s) select %s from jsonb_populate_record(null::%I, $1)',
                   one ->> 'table', columns, columns, one ->> 'table')
      using one -> 'row';
  end loop;
end
$$;

-- All rows but those of settings, by table.
create function sim.dump() returns jsonb language sql stable as $$
  select jsonb_build_object(
    'workers', (select jsonb_agg(to_jsonb(t) order by t.id) from workers t),
    'devices', (select jsonb_agg(to_jsonb(t) order by t.id) from devices t),
    'pairings', (select jsonb_agg(to_jsonb(t) order by t.device_id) from pairings t),
    'sequences', (select jsonb_agg(to_jsonb(t) order by t.id) from sequences t),
    'sequence_versions', (select jsonb_agg(to_jsonb(t)) from sequence_versions t),
    'contacts', (select jsonb_agg(to_jsonb(t) order by t.id) from contacts t),
    'suppressions', (select jsonb_agg(to_jsonb(t)) from suppressions t),
    'sequence_contacts', (select jsonb_agg(to_jsonb(t) order by t.id) from sequence_contacts t),
    'deliveries', (select jsonb_agg(to_jsonb(t)) from deliveries t),
    'inbound_messages', (select jsonb_agg(to_jsonb(t)) from inbound_messages t),
    'operator_actions', (select jsonb_agg(to_jsonb(t) order by t.id) from operator_actions t))
$$;
