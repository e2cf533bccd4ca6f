"""Programs that check a report and are given away: each is one file that needs nothing of this project.

``verify_report.py`` runs on Python's standard library alone. Nothing here imports the project, and the project imports
nothing from here: two programs that share code share its faults.
"""
