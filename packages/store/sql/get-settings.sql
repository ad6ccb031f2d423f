select installation_id, installation_secret from settings
