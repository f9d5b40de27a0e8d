"""What is done to papers, each function one act of the law."""
