"""The report of a split: everything a reviewer asks, as Markdown for a pull request and as one page."""
