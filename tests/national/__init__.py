"""What a whole nation costs: `make bench NATIONAL=1` (tests/national/bench.py)."""
