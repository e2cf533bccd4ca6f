"""Reports as documents: a frozen ``ReportContent`` becomes a signed PDF that a court can check.

The public functions and types, by module; nothing is imported here, so that nobody pays for typst or pyHanko unasked:

- ``content``: ``content_json``, the canonical bytes of a content
- ``document``: ``compose``, content to unsigned PDF/A-3u
- ``figures``: ``mirror_plot``, ``total_ion_chromatogram``, ``draw_structure``, pictures as SVG text
- ``keys``: ``SigningKey``, ``load_pkcs12``, ``names_agree``
- ``trust``: ``Trust``, which certificates are believed
- ``signing``: ``prepare``, ``sign_as_expert``, ``sign_as_reviewer``, ``SignedPdf``, ``SigningTerms``
- ``development``: ``development_keys``, ``DevelopmentKeys``, a certificate authority for demonstrations, marked as such
- ``signature_check``: ``check_signatures``, ``SignatureCheck``, ``FieldCheck``
- ``desk``: ``open_desk``, all of it behind the port of the services
- ``verification``: ``verify_report``, ``SignedReport``; ``verdict``: ``Verification``, ``Verdict``
- ``evidence``: ``Outside``, what a reader without the laboratory has: keys of ledgers, a receipt or a checkpoint
- ``looking``, ``bounded_looking``: what is inside a file, read here or in a process with limits
- ``repeating``: the arithmetic of a report, done again from its attachments

Signing and checking run an event loop of their own: call them from a thread that runs none.
"""
