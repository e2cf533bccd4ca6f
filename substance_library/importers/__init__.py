"""One importer per kind of library file: records in are records out, or the file is refused."""
