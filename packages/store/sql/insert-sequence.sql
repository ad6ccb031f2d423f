-- Makes a sequence, as version 0 until its first edition is published in the same transaction. One that exists is left.
-- $1 name
insert into sequences (name, current_version) values ($1, 0) on conflict (name) do nothing
