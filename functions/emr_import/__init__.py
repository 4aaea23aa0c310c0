"""Files that a clinic drops: exports of its EMR."""
