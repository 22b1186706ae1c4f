"""Records from spreadsheets: reading hostile files, cells to values, a preview that names each bad row, application.

What is known of a kind comes from the registry alone. Nothing here knows a page.
"""
