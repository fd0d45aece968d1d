"""HL7 version 2: SIU, ADT and DFT messages, from files with one message or many."""
