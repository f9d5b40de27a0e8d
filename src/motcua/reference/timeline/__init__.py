"""One mechanism for things that live from a date to a date and are merged, split, renamed and moved."""
