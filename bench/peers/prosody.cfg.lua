-- Prosody for the bench: its package's own configuration, and below what a place for it to run and rooms with an archive take.
Include(ENV_PROSODY_PACKAGE .. "/etc/prosody/prosody.cfg.lua")

VirtualHost "*"
	interfaces = { "127.0.0.1" }
	c2s_ports = { tonumber(ENV_PROSODY_PORT) }
	modules_disabled = { "s2s" }
	-- Plain TCP, as all that is measured here; names and passwords are written into its files beforehand, which it can't read hashed.
	c2s_require_encryption = false
	allow_unencrypted_plain_auth = true
	authentication = "internal_plain"
	data_path = ENV_PROSODY_DATA
	-- As large as the place: with the 64 that it comes with, each stanza to anyone else looks for two files.
	blocklist_cache_size = 10000
	plugin_paths = {}
	pidfile = ENV_PROSODY_DATA .. "/pid"
	log = { info = ENV_PROSODY_DATA .. "/log" }
	run_as_root = true

Component "rooms.localhost" "muc"
	modules_enabled = { "muc_mam" }
	-- Rooms stay and are open from the moment that someone enters one.
	muc_room_default_persistent = true
	muc_room_locking = false
	muc_room_cache_size = 1000
