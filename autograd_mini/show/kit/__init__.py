"""The teacher's kit: pictures for print, slides of a walk, and handouts to fill in by hand."""
