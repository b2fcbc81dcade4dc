"""Who judges the judge: the tests of the suite itself."""
