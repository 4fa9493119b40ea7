"""Working time: calendars, limits and deadlines. Pure, and never looks at a clock itself."""
