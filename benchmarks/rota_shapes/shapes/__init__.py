"""One module a shape; each has ``make(random)``, the files of one seed with their truth."""
