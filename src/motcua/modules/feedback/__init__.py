"""What people say of the service: petitions (phản ánh, kiến nghị) and ratings of how dossiers were handled."""
