"""People, their accounts and posts, and roles as data: the only writer of grants."""
