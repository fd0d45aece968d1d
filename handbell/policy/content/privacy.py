"""What of a patient does not belong in a message, and what threatens or collects.

A message says that there is a visit, never what it is for: rules.md 13; 45 CFR 164.502(b),
164.530(c). A balance alert comes from the clinic itself and threatens nobody: rules.md 7.
"""

from collections.abc import Mapping
from typing import Final

PRIVACY: Final[Mapping[str, str]] = {
    "patient.condition": """
        @disease
        @body
        left|right|lower|upper back|knee|foot|hand|eye|ear|arm|leg|shoulder|side
        @bodypart pain|injury|exam|surgery|therapy|check|test|scan|problem|ache|screening|infection|condition|specialist|treatment|rehab|brace|replacement|fracture|procedure|xray|appointment|operation
        your|su|sus|votre|vos|tu @bodypart .2 appointment|therapy|exam|surgery|results|pain|session|follow|visit|treatment|evaluation|injury
        dolor|dolores|lesion|operacion|terapia|mal|maux|douleur|douleurs|blessure .3 @bodypart
        your pain|symptoms|condition|injury|illness|disorder|fall|wound|infection|diagnosis|relapse|disability
        su|tu dolor|lesion|enfermedad|condicion|diagnostico|herida
        votre douleur|maladie|blessure|diagnostic|etat
        mental health
        salud mental
        sante mentale
        weight management|loss
        substance|alcohol|drug abuse|use|treatment|program|recovery
        memory loss|care
        high|low blood
        de mama|mamas
    """,
    "patient.treatment": """
        @procedure
        @medicine
        @specialty
        post|pre surgery|surgical|op|operative|operation|operatoire|operatorio
        test|lab|scan|imaging|pathology|blood results|result|report|work|panel
        labs|bloodwork
        blood test|tests|work|draw|panel|sugar|count
        your results|result|labs|scan|xray|diagnosis|refill
        results are|is|of|came|from|show|showed|in
        sus|los|tus resultados
        resultados .2 estan|laboratorio|examenes|analisis|de
        vos|les resultats
        resultats .2 sont|examens|analyses|disponibles
        test .2 came|positive|negative|back
        physical|occupational|speech|aquatic|manual therapy for|after|following
        therapy|session|rehab|consult for your
        appointment|visit for your @disease|@body|@bodypart|condition|pain|injury
        speech therapy
        reeducation
        rehabilitacion de|del
        terapia de|del|para @bodypart
        counseling|counselling|psychotherapy|psychology session|for|group|appointment
        your|su|votre counseling|therapy group|psychologist|psychiatrist|oncologist|surgeon|psicologo
        anxiety|grief|anger|marriage|couples|recovery|support|therapy group|counseling|management
        group therapy
        addiction|psychiatry|fertility|pain specialist|clinic
        hip|knee|wound|cast check|care|removal
        dry needling
        refill of|for|your
        prescription .2 (is|for
        your .1 prescription is|was
        wound care
        allergy shot|shots
        pap smear
        root canal
        iv therapy|infusion
        dose|dosage of|is
        mg|milligrams
    """,
    "patient.insurer": """
        @insurer
        blue cross|shield
        united health*
        member|policy|group|subscriber|plan id|number|no #number|#code|#phone
        member|policy|subscriber id
        numero de poliza
        insurance|insurer|assurance|seguro denied|rejected|approved|refused|rechazo|aprobo|nego
        claim .3 denied|rejected|approved|paid
        deductible
        authorized|approved #number visits|sessions
        workers comp|compensation
        auto accident
    """,
    "patient.record": """
        @record
        @dob
        born on|in
        ne|nee le
        nacido|nacida el|en
        date of birth .6 #date|#number
        fecha de nacimiento .4 #date|#number|es
        date de naissance .4 #date|#number|est
        birth .1 #date
        birthday|birthdate .3 #date
        social security
        seguro social .3 #number
        medical|patient|chart|record|case|claim|file|account|acct record? id|number|no|#code|nr #number|#code|#phone
        patient|chart|claim|case|acct|record|file id|#number|#code
        account number|ending|no .2 #number|#code
        expediente|historia|historial numero|clinica|no .1 #number|#code
        dossier numero|no #number|#code
        medical record number|no
        icd|cpt|hcpcs|snomed|drg
        diagnosis|procedure|billing code|codes
        code|codes #code|#number .2 (was|for
    """,
}

COLLECTION: Final[Mapping[str, str]] = {
    "balance.threat": """
        collection* agency|agencies|agent|action|activity|process|department|law|firm
        sent|send|sending|turn|turned|refer|referred|assign|assigned|forward|forwarded|placed|place|go|goes|transfer|transferred|moved|move|hand|handed .5 collection*|agency|attorney|lawyer|recovery|collector*|court
        collections
        debt|debts|deuda|deudas|dette|dettes
        debtor|creditor|creditors
        credit bureau*|score|rating|history|report|reporting|agencies|file
        your|su|votre credit .1 (will|may|score
        hurt|damage|affect|ruin .3 credit
        buro de credito
        historial crediticio|de credito
        report|reported|reporting|reportar*|reportada .4 credit*|bureau*
        cote de credit
        legal action*|proceedings|measures|steps|remedies|consequences|department|team|recourse
        accion*|medidas|via legal*|judicial*
        par|la|voie voie|justice|judiciaire|juridique
        poursuit*
        mise|mis en demeure
        lawsuit*|sue|sued|litigat*|attorney*|lawyer*|subpoena|garnish*|repossess*|warrant|sheriff|jail|bailiff
        arrest*
        abogado*|embarg*|demandar*|carcel|cobrador*|cobranza*
        agencia de cobr*
        gestion de cobro
        avocat*|huissier*|recouvrement*|saisie
        take .2 to court
        small claims
        court date|action|order
        final|last|ultimo|ultima|dernier|derniere|second|third notice|warning|demand|attempt|aviso|avis|notification|advertencia|avertissement|mise|rappel
        last chance to|before .3 pay*|debt|we|account
        past due
        overdue|delinquent|delinquency|arrears|moroso|morosa|vencida|vencido|impaye*
        collect|recover a|the|this debt|money|amount
        attempt to collect
        failure|fail|failing to pay
        if you|unpaid .1 (fail|refuse
        if not paid
        if .3 dont|not pay
        unless .4 pay|paid
        si no paga|pagas
        sans paiement
        faute de paiement
        must pay
        pay .3 or .3 (we|will|face|lose|else
        pay now|immediately|today or|to|at
        pay .2 (immediately|now|today) .2 avoid|or
        pay .4 avoid|prevent|stop
        pague hoy|ya|ahora|inmediatamente
        immediate payment|attention|action
        payment required|demanded immediately|now|today
        immediate payment required
        avoid .3 action|fees|penalties|collection*|charges|suspension|interruption|referral
        further|additional|other action|consequences|steps
        wage|wages
        will|may|can not|no be .2 seen|treated
        not be seen|treated .4 until|pay|paid|balance
        wont|will|cannot see|treat .3 until .3 pay
        suspend* .3 (care|services|treatment|account
        refuse .2 (care|treatment|service
        dismissed|discharged from .2 practice
        seriously
        recovery service*|department|firm|agency
        charge off|charged off
        identity|criminal charges|theft|fraud
        you owe us
        what you owe
        pay up
        interest will .2 (accrue|be|added
        late fee* will|of
        penalt*
        tomaremos acciones
        action will be taken
        actions will be
        consequences
        no escape
        recargos
    """,
}
