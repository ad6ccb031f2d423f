-- Who this installation is: one row, made by the first migration and never changed.
select installation_id, installation_secret from settings
