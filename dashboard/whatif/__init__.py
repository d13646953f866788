"""What if: a scenario made from another by changing levers, run while one looks."""
