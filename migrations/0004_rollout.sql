-- Up Migration

-- Which way a worker sends: by the queues, or directly (ENGINE). Shares and successors are counted among one kind.
alter table workers
  add column engine text not null default 'workers' check (engine in ('workers', 'direct'));

-- The share of the devices that the workers serve, in percent; the direct processor serves the others. `devices.engine`
-- follows it, for each device by its number: see domain/rollout.ts.
alter table settings
  add column rollout_percent integer not null default 100 check (rollout_percent between 0 and 100);
