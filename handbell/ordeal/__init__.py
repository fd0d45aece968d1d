"""The promise put to the test: kills, storms and clock jumps, with the carrier as the witness."""
