"""What the program ships, each thing beside the script that made it."""
