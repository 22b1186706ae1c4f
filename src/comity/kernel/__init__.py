"""What every other part stands on: ids, canonical JSON, decimals, dates, the clock, errors, text. Knows no Django."""
