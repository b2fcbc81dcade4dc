"""Calls and what is demanded of them: cases, the data sets behind them, the requirements.

The trained network is here too.
Nothing here knows who is judged.
"""
