"""What a sentence of an appointment reminder, a balance alert or a closure notice is made of.

A message of the three purposes says who writes, when and where, what to bring, how to get there,
how to confirm, move or ask, what is closed and why, how to pay, and how to stop. Its words are few.
`ACT` words show that a sentence does one of these things; `PLAIN` words go with them and show
nothing by themselves. A sentence without an act, or of mostly other words, is shown to a person.
"""

from typing import Final

ACT: Final = frozenset(
    """
    #date #time #phone #link #url #clinic #settle #closure #visits #email
    appointment appointments appt appts visit visits session sessions scheduled schedule rescheduled
    reschedule rescheduling confirm confirmed confirming confirmation cancel cancelled canceled
    cancellation cancellations arrive arrival arriving bring park parking garage entrance enter lot
    elevator lobby suite floor door doors driveway ramp address directions map route traffic road
    roads street exit mask masks form forms paperwork packet insurance copay id license card
    medication medications list referral authorization fax reminder remind reminded waitlist late
    early minutes fasting eat drink drive driver ride van interpreter wheelchair walker
    accommodations telehealth video camera portal log kiosk check checked desk reception wait
    waiting running delayed delay closed close closing closure reopen reopened reopens opens open
    opening shut snow snowstorm storm ice icy blizzard hurricane flood flooding flooded tornado
    wildfire smoke power outage electricity water gas heat heating phones lines evacuated evacuation
    weather emergency 911 hospital call called calling phone message voicemail press reply respond
    text stop unsubscribe opt balance bill billing statement statements account pay paid payment
    payments invoice installment installments charge charged charges fee fees refund due amount owed
    settle owe plan plans check checks declined autopay receipt income assistance wear clothing
    clothes shoes shorts sick fever cough symptoms unwell stay office clinic location therapist
    doctor provider unavailable away out leave moved changed change policy notice questions help
    time times tomorrow today tonight morning afternoon noon hours week goodbye thank thanks meters meter bus come tell travel with fecha lugar date sorry
    apologize regards sincerely inconvenience patience welcome hello dear disregard ignore mistake
    pets animals lotion perfume jewelry quiet connection internet audio leaving virtual zoom
    construction repaved repaired repair alarm police activity building guardian parent expected
    staff listed contact reach online secure securely mail cash fsa hsa

    cita citas visita visitas sesion consulta turno programada programado programar reprogramar
    reprogramada confirmar confirme confirmada confirmamos confirmado cancelar cancele cancelada
    canceladas cancelan cancelado llegue llegar llega traiga traer estacionar estacione
    estacionamiento entrada entre puerta piso ascensor edificio direccion calle mascarilla
    cubrebocas formulario formularios documentos seguro tarjeta identificacion medicamentos lista
    recordatorio recordamos recordarle olvide coma beba ayunas interprete video conexion enlace
    llame llamenos llamar llamada llamamos llamaremos telefono telefonos mensaje marque oprima
    responda respuesta saldo factura facturacion cuenta estado pago pagar pague paga cuotas plan
    cheque recibo reembolso cerrada cerrado cerramos cierra cierre abrimos abre abierta abiertos
    abierto nieve nevada tormenta hielo inundacion huracan luz agua gas fuga emergencia clima
    manana hoy tarde hora horario minutos antes anticipacion esperamos espera faltó falto retrasado
    retraso cambio cambiar cambiarla cambiamos cambiado pasa mover movimos consultorio clinica
    terapeuta doctor avise avisenos aviso preguntas dudas duda gracias saludos atentamente disculpe
    disculpen molestias ropa zapatos fiebre tos resfriado sintomas enfermo recepcion atendemos
    estimado estimada hola recibir baja parar adios bienvenido politica cargo tarifa lunes

    rendez rdv visite seance consultation prevu prevue reporte reporter deplace deplacer confirmer
    confirmez confirmons confirmation confirmation annule annules annuler annulation arriver arrivez
    apportez apporter carte assurance identite stationnement stationner garer garez entree porte
    etage ascenseur immeuble adresse rue masque formulaire formulaires medicaments liste rappel
    rappels rappelons rappellerons rappeler rappelez oubliez jeun manger boire interprete video
    teleconsultation connexion lien appelez appeler appelons appel telephone message appuyez
    repondez solde facture compte releve regler reglez payer paiement paiements paye cheque etaler
    ferme fermee fermes fermeture ouvre ouvrons ouverture ouverts retardee neige tempete verglas
    inondation panne electricite eau gaz degat urgence demain aujourd matin midi heure heures
    minutes avance attendons attente retard manque empechement prevenir prevenez cabinet clinique
    therapeute docteur question questions merci bonjour cordialement accueil secretariat excuser
    desabonner recevoir vetements fievre restez salle venez deplacez lieu date annulons travaux
    madame monsieur bientot
    """.split()
)

PLAIN: Final = frozenset(
    """
    #number #money #name #code #comma #colon #percent #place #blank
    a an the this that these those there here it its they them their we us our ours you your yours
    he she his her him i me my who whom which what when where why how as at by for from in into of
    off on onto to up with without within until till after before between during through across
    around about over under near next behind beside opposite above below along off than then so but
    and or nor if unless because since while though although also too not no yes do does did done
    don dont doesnt didnt cant cannot couldnt wont wouldnt isnt arent hasnt havent is are was were
    be been being am has have had having will would shall should can could may might must need needs
    needed let lets get gets got go goes going come comes coming came see seen make made take takes
    taken give gives given keep kept know like liked want wanted please pls just only still already
    yet soon again once back down same other another any some all each every both either neither one
    two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty first
    second third last next new now later earlier than more less most least few many much very well
    ahead least per w via re etc hi ok okay good evening day days weekday weekdays weekend month
    months year years old hour minute am pm monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec th st nd rd
    half quarter o clock oclock dr mr mrs ms miss pt dpt md do np pa rn sir madam patient patients
    person people someone anyone nobody everyone team front main side north south east west left
    right turn corner highway avenue ave blvd town downtown bus train station stops side hill
    level room bell ring lock locked locks ground upstairs downstairs building center mall white
    gas space spaces spot spots meter meters ticket validate validated garage metered lots free
    photo copy driver licence glasses cane device home comfortable loose water bottle sneakers
    complete completed filled fill fills sign signed return returned send sent receive received get
    getting mailed post posted posting faxed upload available ready find found use using used
    show tell told ask asked say said hear heard speak talk read listen update updated updates
    update change number numbers email mail address name date birth file record records info
    information details detail instructions instruction above hand happy glad look looking forward
    able unable possible problem problems trouble issue wrong right different instead rather
    whether works work suit suits better best convenient not sure safe safely warm patient hold
    held place places happen happens happening still ongoing further notice until line lines down
    system systems computers computer server network restored fixed resume resumes resumed normal
    usual usually regular business expect expects expects hour extra allow allows plan plans
    possible quickly need needed require required requires requested request must unless due
    remains remaining open outstanding unpaid unsettled recent latest current previous monthly
    statement card credit debit checkbook box po payable department option extension
    questions concern concerns agent representative member family child children son daughter kid
    spouse husband wife mother father parents caregiver helper companion adult driver
    start starts started end ends begin begins began finish finished finishes end move moving
    moves switch swap works start book booked booking set add added release off call calls
    text texts texting messages automated recording courtesy friendly quick upcoming standing weekly
    following follow cover covered long short full part whole small big enough hour left right
    dog dogs pet service animal food snack coffee candle latex allergic allergies allergy
    pregnant pregnancy scheduled masks cloth temperature screening covid flu positive tested test
    clean cleaning cleaned sanitize gloves hands wash distance social vaccinated
    device laptop browser app join joining click tap link open download connect connected private
    area rain wind winter summer warning advisory watch zone mandatory order nearest dial
    water main break burst pipe leak pipes boiler air conditioning ac unhealthy indoors bridge
    closed street parade marathon game ball event crew survey surveyors road roadwork paving
    transport transportation taxi shuttle pick picked pickup drop dropped off early
    history intake consent privacy practice practices agreement signature order orders physician
    primary pcp specialist referral prescription approved approval expired expire expires
    proof residency school immunization vaccination sports physical well annual
    authorize authorized under reason reasons lost forgot forget remember remembered miss missed
    unread note noted notes reminder hello greetings folks yourself themselves everything anything
    nothing something else except including include includes either mind thank kindly appreciate
    appreciated understanding understand cooperation hope best kind warmly yours faithfully take
    care truly respectfully tel fax www http no tty ext sms std msg data rates apply help info
    exercise log diary journal shirt pants towel socks tie hair dress dressed
    doorbell intercom buzzer code gate guard security badge sticker permit handicap accessible
    disabled ramp stairs step steps corner block blocks mile miles minutes walk walking walks
    stay travel travelling traveling roads unsafe plowed cleared clear slippery dangerous careful
    whole through conditions predicted forecast predicted tonight overnight rebook rebooked
    reopening status resuming remote person someone held hold holding placed located locate
    room hall hallway wing annex tower plaza pharmacy bank library church post police fire
    interest agree arrange arranged arrangement difficult difficulty hardship once split spread
    assist assisted discuss clarify error correct corrected duplicate settled resolved posted
    satisfied zero full processed process failed decline declined bounced try tried
    mix mixup resend sheet estimate explain explanation itemized copy
    automatic language sign asl braille print large spanish english french

    el la los las un una unos unas lo le les se su sus mi nos nuestro nuestra nuestros de del al a
    en con sin por para desde hasta entre sobre y o u e ni que quien cual como cuando donde si no
    ya aun mas menos muy tambien tampoco solo cada todo toda todos todas otro otra otros mismo misma
    este esta estos estas ese esa eso es son esta estan estara estaran sera seran fue fueron era
    ha han he hemos hay habia haber tiene tenemos tener tengo tuvo tuvimos puede pueden podemos
    poder podra debe deben debera necesita necesitamos necesite necesitan quiere desea prefiere
    favor usted ustedes senor senora senorita dr dra sr sra dia dias semana semanas mes ano martes
    miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom enero febrero marzo abril
    mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene feb abr may jun
    jul ago sep oct nov dic uno dos tres cuatro cinco seis siete ocho nueve diez quince veinte
    treinta cuarto media noche mediodia medianoche nueva nuevo primera primer segundo segunda
    tercer ultima proxima proximo siguiente aqui alli hacer haga hacerlo dar darle darle otra
    enviar enviamos envie correo venir venga viene vengan ir vaya ver vemos lo nada nadie algo
    alguien algun alguna ninguno lugar sala detras atras frente lado lejos cerca comoda comodo
    llenar complete completar firmar llenarlos antes despues durante mientras si bien buenos buenas
    tardes manana gratis costo informacion numero nombre ayuda ayudar necesario persona personas
    padre madre tutor hijo hija nino acompanante conducir manejar llevar casa quedese pedimos
    pedir favor obras puerta trasera normal normalmente servicio funciona funcionan restablecio
    volvio debido causa motivo aviso nuevo listo lista pendiente abierto acordar intereses hablar
    hable procesar pudo recibimos recibido caso puntual temprano asistir asista asistencia visita
    conviene pueda rebote comunicarse comuniquese devuelva error tel buen gusto presente presentar
    este usar use lleve ese habla le automatico automatica equivocado zona carreteras seguro
    cuidado proteja evite viajar respuestas mensajes leer veremos

    le la les un une des du de d l au aux en dans sur sous avec sans pour par chez vers entre et ou
    ni mais donc car si que qui quoi dont quand comme comment ou ne n pas plus moins tres aussi
    encore deja bien ce cet cette ces c son sa ses notre nos votre vos vous nous il elle ils elles
    on je j me m se s te t y a as ont avons avez est sont etes sommes etait sera serons serez seront
    sera aura etre avoir ete fait faire faites faut devez devons doit peut pouvez pouvons voulez
    veuillez souhaitez svp plait s il tout toute tous toutes autre autres meme memes chaque jour
    jours semaine mois an annee lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier
    mars avril mai juin juillet aout septembre octobre novembre decembre h un deux trois quatre cinq
    six sept huit neuf dix onze douze quinze vingt trente quart demie soir apres nuit minuit
    premiere premier deuxieme second prochain prochaine dernier derniere nouveau ici la voici voila
    pensez penser porter port obligatoire confortables derriere devant cote cour place gratuit
    cause raison pendant avant jusqu depuis convient cas prevenez nouvel fixer autre prendre prenez
    venir venez ne deplacez route prudents echoue commence lieu piece pieces disponible prete pret
    recu abouti reste rester envoye envoyer courrier toute bonne fin journee dr dre docteur mme
    mlle mr monsieur madame aide besoin personne accompagner conduire enfant parent veuillez
    patient patients informations numero nom cle code sonnez portes rez chaussee mobilite reduite
    services fonctionne fonctionnent retabli normalement service report cette ci possible
    dossier ordonnance carte vitale mutuelle copie document documents prescription medecin
    """.split()
)

#: Sentences that are whole although they hold no act: closings, courtesies, answers.
SHORT: Final = """
    see you .2 soon|then|there|shortly|later
    looking forward .4
    take care
    stay safe .3
    safe travels
    have a .2 good|nice|great|safe day|evening|afternoon|morning|night
    no need .6
    if anything changes .4
    nos vemos .4
    hasta luego|pronto|manana|entonces
    a bientot|demain|plus|tout
    bonne journee
    a mardi|lundi|mercredi|jeudi|vendredi|samedi|dimanche .3
    que tenga .2 buen|bien .2
    lo vemos .4
    cuidese
"""
