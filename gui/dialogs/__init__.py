"""The few dialogs; everything else is said and chosen in the window itself."""
