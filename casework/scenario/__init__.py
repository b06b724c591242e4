"""Whole cases as data: a scenario is played through the same services as every other face.

Scenarios are what the demonstration shows and what the tests prove. Every date is given; the clock is set by the
scenario, and ids and salts are drawn from its seed, so that playing it twice gives the same case.
"""
