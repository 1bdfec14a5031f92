"""Answers that tests watch: their lines, and those of the helpers beside them, are what evidence has to name."""

ADD_GRACE = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"
