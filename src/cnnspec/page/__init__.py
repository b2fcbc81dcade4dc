"""What is said of a run, to be looked at: the page, its drawings and plots, and the badge.

Every part takes the report as data, and nothing else.
The templates in `templates/` fill a page; values are escaped.
"""
