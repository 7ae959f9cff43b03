"""Published files, one module a layout: each has a `CARD` (licence, citation) and a `read` function."""
