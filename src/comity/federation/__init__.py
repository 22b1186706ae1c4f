"""What leaves a party, to whom, and how it travels: channels, releases, feeds, and the doors between nodes."""
