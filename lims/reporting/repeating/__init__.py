"""The arithmetic of a report, done again from what is attached to its PDF, and nothing else.

- ``checks``: ``CheckName``, ``CheckState``, ``RepeatedCheck``
- ``attachments``: ``Attachments``, ``read_attachments``, what a PDF carries, read within limits
- ``repetition``: ``repeat``, all checks in their order
"""
