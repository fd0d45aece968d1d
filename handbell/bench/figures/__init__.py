"""One module for each figure, or for figures that stand on the same ground."""
