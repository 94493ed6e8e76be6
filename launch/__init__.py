"""What ``run.py`` does before the suite itself can be imported: standard library only."""
