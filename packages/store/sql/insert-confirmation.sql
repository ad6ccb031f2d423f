-- Keeps the confirmation of an opt-out, to be sent by the device that heard it. In the transaction of the suppression:
-- begin-confirmation compares their times.
-- $1 sequence contact · $2 cycle · $3 contact · $4 device · $5 message id · $6 jid · $7 body
insert into deliveries (sequence_contact_id, step_key, cycle, contact_id, device_id, message_id, to_jid, body, state, epoch,
                        attempts)
values ($1, 'opt-out', $2, $3, $4, $5, $6, $7, 'ready', 0, 0)
