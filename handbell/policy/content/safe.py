"""Phrases that only sound like what is refused: "free parking", "no charge to reschedule".

Found first, and put aside before anything else is looked for.
"""

from typing import Final

SAFE: Final = """
    free .2 parking|park|lot|street|garage|wifi|wi
    parking .4 free|gratis|gratuit
    park|parks|estacionar|estacione .5 free|gratis
    bus|train|buses number|line|stops|stop|runs
    free .2 (before|after
    estacionamiento|stationnement .3 gratis|gratuito|gratuit|libre
    puede estacionar gratis
    gratis|gratuit|gratuitement .3 (atras|detras|derriere
    feel|fragrance|scent|perfume|toll|hands|smoke|latex|nut|interest|barrier free
    free to .6
    free of charge .2 (to|if|when|up
    without|no|sin|sans|any|additional extra? charge|cost|fee|penalty|costo|cargo|frais|charges .4 reschedule|cancel|change|move|you|moving|rescheduling|changing|for
    reschedul*|reprogramar|cambi*|change|move|interpreter|deplacer|annuler|interprete|cancel .6 free|charge|cost|costo|cargo|frais|gratis|gratuit*|fee|sin|penalty
    interpreter|interprete|accommodation* .8 free|cost|charge|gratis|gratuit*|costo|cargo
    free|complimentary interpreter*|language|shuttle|transport*|ride|masks
    offer|offers|offering|ofrecemos|offrons .3 payment|financial|plan|plans|interpreter*|interpretation|language|assistance|planes|telehealth|installments|another|different|other|you another|your
    we can offer .3 time|appointment|slot|day|another|other|earlier
    special needs|instruction*|accommodation*|assistance|help|request*|diet|arrangements|hours|entrance|care|parking
    room|rooms|none|line|slot|chair|desk|nobody|doctor|nurse|therapist|space|lot|one|it is|are|was|becomes free
    esta|este libre
    dr|doctor|surgeon|therapist .3 in surgery
    in the event
    in case of .2
    third party
    conference room|call
    new time|date|appointment|address|location|patient|form|forms|card|number|link|bill|statement|paperwork|phone|insurance|prescription|day|suite|building|entrance|referral|password|one|message|visit|slot|option
    nuevo|nueva|nuevas|nuevos numero|hora|direccion|paciente|pacientes|cita|fecha|horario|tarjeta|telefono|edificio|ubicacion|formularios
    nouveau|nouvelle|nouvel|nouveaux rendez|numero|adresse|date|heure|patient|carte|creneau|rdv|horaire|patients
    new to|at our
    our new location|address|office|suite|building|phone|number|clinic|entrance|home
    new location|office .3 (at|is|on
    join .5 #url|#link|call|video|meeting|link|visit|online|telehealth|session|here|virtual
    join us by|on video|phone
    unase a .3 video|visita|llamada
    rejoignez .3 #url|#link|video*|teleconsultation
    sign|log|signed in
    sign .3 (form|forms|paperwork|consent|document*|papers
    sign up .2 .3 portal|autopay|paperless|reminders|text
    enroll .3 portal|autopay|payment|plan
    save time|your place|paper|this number|our number|yourself
    ahorrar tiempo
    gagner du temps
    family|familia|famille member|members|doctor|physician|practice|medicine|medico
    miembro de la familia
    bring .5 (come|drive|help|stay|wait|interpret|walk
    friend|family|someone|relative|adult|amigo|familiar|ami|proche|spouse|neighbor|spouse|anyone .8 drive*|ride|home|accompany|manejar|lleve|conduzca|conduire|accompagner|interpret|wait|acompan*|ramene*|take
    bring .4 adult|parent|guardian|caregiver|caretaker|driver|support
    feel|feeling|feels|sentirse|siente sick|ill|unwell|worse|bad|faint|dizzy|feverish|mal|enfermo|enferma
    not|dont|no feel|feeling|sentirse|siente .2 well|better|bien
    start|starts .1 feel*|feeling|to
    if you feel|are .4
    have .2 symptom*|fever|cough
    your|any|flu|covid|cold symptoms
    best|warm|warmest|kind regards|wishes .0
    best time|way|number|phone|day|entrance|route|reach|call .6
    happy|glad|here to help|answer|assist|work|move|find|arrange|discuss|explain|go|set|talk|reschedule|make|mail|send|change|hold|see
    happy to
    excited|looking|look to|forward .1 see|seeing|you|meet|meeting
    welcome to wait|bring|call|ask|sit|park|use|come|arrive|reply
    welcome to #clinic|our? .2
    welcome to
    youre? welcome
    service|emotional animal*|dog|support
    customer|answering|out of|back in|phone|bus|train|shuttle|cell|internet service
    exam|treatment|procedure room|rooms
    book|libro|reserve a|your|another|new|una|the|another new? .2 time|appointment|one|visit|slot|cita|ride|interpreter|spot
    schedule|book .3 (a new|new|another|different|later|alternative|other .3 time|appointment|one|visit|date|day
    been scheduled|booked|moved|changed|cancelled|canceled|rescheduled|confirmed|received|processed|sent|posted|closed|unable|trying|declined|evacuated|rebooked|reserved|added|placed|assigned
    survey|survey .1 crew|team|marker*|workers|of|work|stakes
    surveyor*
    google|apple maps|calendar|meet|pay
    on google maps
    waiting room|area|list|for .2 (your|you|the|a|us|in|at|confirmation|reply|response|authorization
    missed|miss you? today|yesterday|at|your|appointment|appt|visit|call|this|call|it|session|a|earlier|on|our
    missed you .3 today|yesterday|at|for|this|on|appointment|visit|#date|#time
    dont|not|no miss|forget|olvide|manquez|oubliez|se .2 your|su|votre|de|bring|the|to|that .2
    manque votre
    manquez .3 rendez
    time to leave|arrive|check
    ready for you|pickup
    ready to be|pay|view|sign|pick|leave|go|see
    statement|bill|invoice|form|forms|room|paperwork|account .5 ready|available
    stop .1 by .2 (front|desk|billing|office
    last visit|payment|message|bill|statement|text|appointment|notice|invoice
    since your last .2 (payment|statement|bill
    use .4 (entrance|door|lot|garage|elevator|ramp|side|street|stairs|parking|link|card|portal|bell|intercom|route|form|exit|avenue|ave|drive
    fsa|hsa|flex or|and|card|cards|fsa|hsa|debit|spending
    or|and|with|by|card|check|debit|cash|an|your fsa|hsa
    #percent interest|copay|of
    #money fee|charge|deposit|copay|cancellation|late|no|missed
    fee|charge|charged|cost|costs|deposit|amount|balance|payment|copay|installment*|tarifa|cargo|saldo|pago|frais|montant|of .5 #money
    payments? of #money .2 month|week
    #money .4 (balance|due|owed|open|installment*|account
    plan|plans .5 #money|#percent
    interest free
    #percent
    without|sin|sans|no intereses|interest|interets|interes
    we are all
    all patients|appointments|visits|staff .3
    let .4 patients .4 (know .3 closed|closing
    loose|comfortable|gym|exercise|workout|stretchy clothes|clothing|pants|shoes|shirt
    comfortable .2 shoes|clothes|clothing|sneakers
    your|wear|bring .3 shoes|sneakers|brace|orthotics|insoles|walker|cane|splint|boot|glasses|inhaler|device|sling|crutches
    bring .4 glasses|brace|braces|orthotics|lenses|supplements|vitamins|device|sneakers|shoes|cream
    lotion|lotions|perfume|oil|oils|cream|creams|powder|deodorant|cologne .4
    without|no|wear|use|skip|avoid lotion|lotions|cream|creams|oil|oils|makeup|perfume
    stretch|sleeve|knee length
    list of .4 medication*|medicine*|prescription*|allerg*|supplements|vitamins
    medication*|medicine* .4 (and|or|including .1 supplements|vitamins
    vaccination|vaccine|immunization|immunisation record|records|card|cards
    hospital|surgery|surgical|diagnostic center|centre|associates|entrance|desk|building|wing|masks|mask|suite|pavilion|department
    emergency department|room|surgery
    health|intake|medical|patient|screening|covid|history questionnaire*|form|forms|screening|survey
    questionnaire|cuestionario medical|medico|de
    screening questions|questionnaire
    temperature check*|screening
    shoulder of|lane
    on|road|the right|left hand side
    hand|hands side|sanitizer|washing|soap
    wash .3 hands
    back entrance|door|of|lot|in|to|up|on|you|at|if|by|yes|with|soon|as
    call|calling|text|reply|come|go|phone|be|get|us|out|you|me|move|moved|are|is|opens?|write|them|around|write back
    head|heads|face up|over|north|south|east|west|mask*|to|toward|covering
    foot of|traffic|path
    on foot
    heart of
    arm or|band
    legal|court guardian|name|representative|street|holiday|st|house|document*|guardianship
    power|law|representante|representant of attorney|legal|office
    tennis|food|basketball court
    specimen|toll|garbage|trash|sample collection
    cardiac arrest
    past due? noon
    download .4 zoom|video|teams|doxy
    app to join
    zoom|video|teams|portal|parking|calendar|maps|meter|paybyphone app|application
    app .3 (to|for) .3 (park|parking|pay)
    sit|sits|located|office|clinic|building|store|pharmacy|shop|cafe|restaurant|next|across|beside|opposite|behind|above|near|facing|past|inside|to .4 pharmacy|shop|store|market|cafe|bank|gym|restaurant|coffee|mall|gift|spa|bakery
    gift shop
    market|state|spring|summer|church|school|park street|st|avenue|road|rd|ave
    hours|date|room of operation|operations
    art building|center|museum
    closed|cerrad*|ferme*|closure|closing|fermeture|holiday .6 christmas|thanksgiving|easter|navidad|noel|holiday*|election
    christmas|thanksgiving|easter|holiday day|eve|week|hours|schedule|closure
    holiday .3 (closed|hours|schedule
    of the holiday*
    card|id|photo .4 (with .2 birth
    have .3 date of birth .2 ready
    your|su|votre name and date of birth
    name .3 birth
    confirm .2 date of birth
    you be pregnant
    might|may|could|are|esta|estas|etes .2 pregnant|embarazada|enceinte
    water|juice|coffee|snacks|food .4 (allowed|fine|ok|permitted|in .2 waiting|available|is|are
    water|wifi|wi .6 available
    snack|snacks for|if|or
    coffee|water|food only|until|before|or|and
    black coffee
    no food|drinks|drink|water|coffee|snacks|pets|perfume
    light meal|snack|breakfast
    eat|drink|comer|beber|coma|beba|manger|boire .8
    pool bag|area|level|entrance
    marathon|parade|game|festival|fair|concert|race|event .5 (traffic|street|road|closed|detour|parking
    street|road|route|traffic .6 marathon|parade|game|festival|fair|concert|race|event
    for|because|due .2 marathon|parade|festival|street
    service|mass|workers|safety inspection
    safety first
    earlier time|appointment|slot|opening .6
    an opening .4
    opened up
    has opened .3
    one|spot|slot|time|appointment opens|opened|becomes|became .3
    opening|openings .3 earlier|sooner|cancellation
    your spot|slot|place|time|appointment .3
    keep|hold|lose|release your spot|slot|place|time|appointment
    hold|keep|release|free .3 spot|slot|place|time
    for your records|safety|convenience|own|information|privacy
    join .2 now .2 (#url
    member of .2 (staff|team|our|the
    staff|team|family member*
    team will|is|can|at
    our team|staff|front .4
    welcome packet
    new patient package|packet|paperwork|forms|welcome
    pick up
    come as|in|to|through|with|back
    price estimate|transparency
    no surprise* act|billing
    good faith estimate
    surprise bill*
    cash|check|card|cheque|tarjeta|carte .2 (or|and|only|is
    cash check
    financial|billing|charity assistance|care|office|aid
    charity care
    charitable assistance
    proof of
    if you have already
    pay now|here|today at|by|online|securely|#url|#link .0
    collect your|the|it
    second|third statement|bill|reminder|floor|street|avenue|door
    last|final reminder|payment|installment
    dernier rappel .2 (de|avant .2 rendez
    vencimiento
    lab|imaging|x building|entrance
    exercise log|sheet|journal|program
    thank you .3 for .3 confirm*|payment|calling|patience|understanding|letting|your|being|choosing|cooperation
    thank you
    to better .0
    can help|assist .3 (you .3 (with|find|get|move|reschedule|set|up|down|in|answer
    help|helps .2 (you .2 (up|in|down|out|find|inside|across|park
    we will|can help you up
    glad|happy to
    can show you .2 (where|to|in
    you are|re welcome
    make .2 up|your|a|an appointment|payment|time|visit|difference .0
    class action
    physical therapist*|therapy appointment|appointments|visit|visits|session|sessions|clinic|department|office|reminder|entrance|center|is|on|at|with|team
    cita|citas|sesion de terapia|fisioterapia fisica?
    de|seance physiotherapie|physio|kine|kinesitherapie
    therapy appointment|appointments|session|sessions|visit|gym|room|clinic
    annual|yearly physical|exam .4 form|forms
    treatment|tratamiento|traitement room|sala
    rooms? #number|#code
    at your next visit|appointment
    on your next .1
    in su proxima
    en su proxima
    we ask that|you
    ask|inquire|pregunte|demandez about|por|sobre|si|comment|a? .3 payment|plan|plans|planes|balance|bill|account|statement|charges|factura|saldo|paiement|facture|financial|parking|directions|interpreter
    ask for|at|the|us|our|your .3 front|desk|reception|help|#name|directions|interpreter|wheelchair|it|billing|staff
    ask .4 question*
    ask that|you .2
    tell .2 if|when|about|where .4
    tell|let .2 know
    any allergy|allergies
    love .0
"""
