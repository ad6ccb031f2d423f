-- Remembers that a message was heard. No row comes back when it was heard before: it comes again whenever a device could
-- not confirm it. An id that a message of somebody else had is no repeat. Needs lock-contacts, if it is a contact's.
-- $1 device · $2 message id · $3 contact, null: of nobody we know · $4 kind
insert into inbound_messages as m (device_id, message_id, contact_id, kind) values ($1, $2, $3, $4)
on conflict (device_id, message_id) do update
   set contact_id = excluded.contact_id, kind = excluded.kind, heard_at = now()
 where m.contact_id is distinct from excluded.contact_id
returning m.heard_at
