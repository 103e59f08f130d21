"""Files to pictures: the guarded reader, the killable worker, and the sources a scan walks."""
