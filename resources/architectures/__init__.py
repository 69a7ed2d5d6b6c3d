"""What tells a weights file's architecture, beside the script that makes it."""
