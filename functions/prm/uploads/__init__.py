"""Files that staff bring in by the browser: checked first, imported when someone says so."""
