"""What a mailed link may do, and who followed it."""
