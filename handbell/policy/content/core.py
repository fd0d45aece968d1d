"""Does a text speak of its purpose at all? A visit, an account, a closure.

A reminder that names no visit is none: without its subject, a text is held at least.
"""

from collections.abc import Mapping
from typing import Final

from handbell.vocabulary.words import Purpose

CORE: Final[Mapping[Purpose, str]] = {
    Purpose.APPOINTMENT_REMINDER: """
        your|su|sus|votre|vos|our|ur .3 appointment*|appt*|visit|visits|session|sessions|cita|citas|rendez|rdv|seance|visita|consulta|consultation|teleconsultation|hora|slot|time|reservation
        appointment|appointments|appt|appts
        cita|citas
        rendez vous
        #time
        #date
        #visits
        scheduled|rescheduled|booked for|on|with|at|you
        see you .3 today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|at|on|soon|then
        le|lo|la esperamos|vemos
        vous attendons
        at #number|noon
        a demain|lundi|mardi|mercredi|jeudi|vendredi|samedi
        test of
    """,
    Purpose.BALANCE_ALERT: """
        balance|account|statement|bill|bills|billing|payment|payments|pay|paid|invoice|copay|owe|owed|refund|installment*|charge*|amount|due|check|cheque|deposit|card
        saldo|cuenta|factura|facturacion|pago|pagos|pagar|cuotas|importe
        solde|compte|facture|facturation|paiement|paiements|payer|regler|releve|montant
        #settle
    """,
    Purpose.EMERGENCY_NOTICE: """
        closed|close|closing|closure|closes|shut|open|opens|opening|reopen*|cancelled|canceled|cancel*|delayed|delay|off|evacuat*|called
        #closure
        down|power|water|snow*|storm|flood*|ice|fire|leak|emergency|evacuated|outage
        cerrad*|cerramos|cierra|abrimos|abre|cancel*|tormenta|nieve|nevada|luz|funcionan
        ferme*|ouvr*|ouvert*|annul*|tempete|neige|panne|verglas|degat
        your|su|votre .2 appointment|visit|cita|rendez
        computers|phones|heating|bridge .2 (is|are|out
    """,
}
