"""FHIR R4: bundles, NDJSON and single resources, picked apart without a model of all of FHIR."""
