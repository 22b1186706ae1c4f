"""Release: a person's recorded decision that given revisions go into a channel, and taking one back."""
