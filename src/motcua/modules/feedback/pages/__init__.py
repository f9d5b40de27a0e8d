"""Pages of officers: petitions by deadline, one petition with what may be done."""
