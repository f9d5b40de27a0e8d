"""Finding procedures by the words people have: in memory, forgiving of slips, with reasons."""
