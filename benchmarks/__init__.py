"""Figures, as ratios: ours and a peer's measured in the same run. `python -m benchmarks NAME`."""
