"""The room Administration: accounts, invitations and need-to-know groups. It shows no record and needs none."""
