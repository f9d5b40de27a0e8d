"""What happens to each dossier of a simulated year, before anything is written. Pure: no database, no clock."""
