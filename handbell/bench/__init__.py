"""How fast is it, against what a machine can do? Each figure is a ratio measured in one run."""
