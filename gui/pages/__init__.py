"""The pages in the window's centre, a file each; a page never imports another."""
