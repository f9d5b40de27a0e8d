"""What is done with petitions and ratings."""
