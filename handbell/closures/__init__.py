"""Emergencies, from the closing of a facility to the record of it: who is told, how, and by when.

A person closes facilities and presses every button; this room works out the audience, what each
channel can do, writes the rows of a sending, and tells how far it is. The rows take the one way all
messages take: claimed, judged, handed over, settled.
"""
