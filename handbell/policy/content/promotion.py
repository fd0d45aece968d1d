"""What promotion looks like, in the language of phrases.py: English, Spanish and French.

The union of the strictest tests: "encourages purchase or use" (45 CFR 164.501), advertising
(47 CFR 64.1200(f)(1)), a coupon or call to action in an informational text (CTIA Messaging
Principles 5.2), a promotional subject or anything but the transaction (16 CFR 316.3).
"""

from collections.abc import Mapping
from typing import Final

PROMOTION: Final[Mapping[str, str]] = {
    "promotion.offer": """
        @free .3 @care|@perk|@event|@product|month|week|visit|consult*|access|primera|premiere
        @care|@event|visit|shipping .3 @free
        @care .4 no|without|sin|sans charge|cost|costo|frais|cargo
        @free for you|your|vous|usted|first|new|all
        complimentary
        offerte|offertes|offerts
        get|got|one|it|is|go .2 free
        @off
        markdown*|groupon|bogo|cashback
        #percent .2 off|discount|discounts|saving*|reduc*|less|menos|rabais|cheaper
        #percent sur|en|on
        #percent de
        half price|off|priced
        half .2 price|off
        #number x #number
        2x1|3x2|twofer
        mitad .1 precio
        moitie .1 prix
        demi tarif
        price of one|two|1|2|3|three|#number
        prix d un|une
        precio de uno|una
        two for one
        buy|compre|achetez|purchase .4 get|reciba|lleve|recevez
        #number for #number
        #money off|discount|credit|gift|value|worth|voucher|menos|moins
        knock* .4 off
        take|takes|taking .3 off|from .2 bill|price|cost
        third|quarter|half off
        save|saves|saving|ahorre|ahorra|economisez .3 #money|#percent|big|up|now|more|money|dinero|argent
        save|saves|saving on|when|with
        can|could|you save
        #money savings
        and save
        savings
        only|just|solo|seulement|merely|as #money
        only|just|solo|low as #money
        starting|start|starts|from|desde|partir at|for|de? .1 #money
        #money a|per|por|par|al|each pair|visit|session|sesion|seance|person
        a|one|flat|low .3 fee|price|rate .4 join|unlimited|visits|sessions
        for just|only #money
        #money more
        session|visit|evaluation|massage|coffee|pizza|lunch|it|is|are|dinner on us
        on the house
        our treat
        costs|cost|pay nothing|zero
        cost you nothing
        nothing to pay
        por|va|corre|par .1 nuestra|notre cuenta|charge
        waive*|exonera*
        copay .2 waived
        claim .3 offer|it|spot|gift|yours|reward|prize|now|your
        redeem*|canjee*
        limited time|offer|spots|spaces|seats|availability|quantities|places|number
        limited .4 sign|call|book|today
        cupo*|plazas|places limit*
        tiempo limitado
        duree limitee
        offre|oferta limit*
        while supplies last
        supplies last
        hasta agotar
        offer|deal|sale|promo end*|expire*|valid|good|only
        act now|fast|today
        dont|not miss out|this|it|our|these|the chance|your chance
        se lo pierda
        last chance to|for .2 save|get|book|join|enjoy|sign
        this week|weekend|month|sunday only
        today only
        special|exclusive|great|amazing|cheap|low|lower|lowered|lowest|reduced|unbeatable|best .2 offer|offers|deal|deals|price|prices|pricing|rate|rates|discount|package|treat|surprise|invitation|gift|bonus|savings
        our|this|new|years|year|summer|winter|spring|fall|autumn|holiday|weekly|monthly|january|february|march|april|june|july|august|september|october|november|december|current|latest|intro* special|specials|deal|deals|offer|offers|bundle|bundles|savings|pricing|prices|promo
        lowered .3 rates|prices|fees
        offre*|oferta*|precio*|prix|tarif* special*|speciaux|exclusi*|doux|reduit*|bas|bajo*
        nuestra|nuestras|una|la|estas oferta|ofertas
        mention|show|present|flash|menciones|mencione|muestre|presentez .3 this|code|codigo|ce|este|text|message|mensaje
        promo|discount|coupon|referral|savings code
        use|enter|with|the code
        code #code
        bring this text|message|email|e|coupon|card|flyer
        gift|massage|discount|free|spa|our|a|use voucher|vouchers
        gift card|cards|certificate|certificates
        tarjeta|tarjetas|certificado|bono de regalo
        carte|cartes|cheque cadeau|cadeaux
        @giftcard
        earn* .3 points|reward*|credit*|cash|#money|money|perks
        loyalty|rewards
        gane|gana|gagnez|win|wins .3 points|puntos|tarjeta|premio|un|una|une|des|a
        rewarded|thank you gift
        get .3 surprise|prize|gift|discount|nice|reward
        little something
        something nice|special|for you|extra
        something .2 for you
        sorpresa para
        take advantage
        aproveche*|aprovecha*
        profitez
        upgrade* .3 to|for|now|your|our
        be upgraded
        add .3 massage|stretch|laser|session|extra|minutes
        add ons|on
        add a .3 to your
        prices|precios|rates|prix .3 go|up|rise|before|going|special*|especial*
        precios especiales
        lock in
        beat .3 price*
        price match
        competitor*
        first .3 to call|reply|book|respond|sign
        thank .1 you .4 gift|enjoy|free|treat
        as a thank .3 enjoy|receive|you get
        valued patient|patients|customer|member
        payez|paga|pague moins|menos
        cash price|prices|discount|specials
        no obligation
        risk free
        money back
        satisfaction guaranteed
        for a limited
        one|#number|flat monthly fee|price
        receive a|una|un .3 @free|@perk|sesion|seance|session|bottle
        reciba|recibe|recibira|recevez|receive .4 @perk|sesion|seance|#money|@free|@off
        tous|ambos|both .2 ganan|gagnez|recevez|get|win|save|earn|receive
        you both
        good|great|exciting news from|for|inside|savings
        buenas noticias
        bonne nouvelle
        plus savings
        perks
        ask .5 save|savings|discount*|price*|pricing|package*|special*|deal*
        low prices|price|cost|rates
        cheap*
        affordable
        surprise .2 waiting|inside|for
        get a surprise|treat
        waiting for you at|when
        saved something
        vous offrons|offre
        offrons .2 un|une|des|seance|premiere
        a .2 gift
        your gift
        black friday
        cyber monday
        two|three|#number places|seats|mats|slots|spots|openings|spaces left|remain*
    """,
    "promotion.service": """
        now|also|ahora|maintenant|tambien|aussi offer*|ofrec*|offr*|provide*|provid*|carry|carries|feature*|perform*|speciali*|treat|treats|treating
        offrons|ofrecemos|offering maintenant|ahora|aussi|tambien|now
        nous proposons|offrons
        le ofrecemos|ofrecemos
        we offer .4 @care|@event|@product|classes|care|cours
        we|our .1 do|treat|see|also treat|do|offer .1 it all
        also treat|see
        now accepting|welcoming|enrolling|booking|seeing new|all|patients
        accepting|acceptons|aceptamos new|nuevos|nouveaux|de patients|pacientes
        can now
        new|nouveau|nouvelle|nouveaux|nouvelles|nueva|nuevo|nuevas|nuevos|newest .3 service*|servic*|therapist*|doctor*|provider|clinician*|machine|equipment|program*|class|classes|scanner|laser|treatment*|tratamient*|technolog*|sucursal|look|website|arrivals|team|equipo|equipe|pool|gym|gimnasio|technique|osteopath*|massage|practitioner*|dentist|surgeon|specialist|chair|wing|treadmill
        nuestro|nuestra|notre nuevo|nueva|nouveau|nouvelle
        brand new
        nouveaux horaires
        nuevo horario
        to|pour|para better|mieux serve|vous|servir*
        serve you better
        mieux vous servir
        make your life
        second|another|third|newest|additional location|office|clinic|branch|sucursal|site
        open*|abri*|ouvr* .3 second|new|another|nueva|nouvelle|nouveau .2 location|office|clinic|branch|site|sucursal|facility|clinica|clinique|cabinet
        new|nouvelle facility|clinic|clinique|location|office opens|opening|is|open|now
        grand opening|reopening
        gran inauguracion|apertura
        come see|visit|check|meet|celebrate|try|have|experience|join
        vengan|venga a conocer*
        venez decouvrir|nous|visiter|rencontrer|a
        has|have|is|are|will|who|just|recently|newly join|joined|joining|joins our|the|us|a
        joins our
        welcome|welcomes|welcoming .4 to our|the|new|team|two|practice|dr
        please welcome
        presentamos|presentarle|presentarles
        le|les presentamos|presento
        accueillir|accueillons
        meet our|the|your new|team|surgeon*|doctor*|staff|newest|therapist*|dr
        introduc*
        excited|thrilled|delighted|proud|pleased|happy|heureux|fiers|feliz|felices|emocionados|plaisir .2 announce|introduce|share|welcome|offer|bring|present|d annoncer|de|presentar*|anunciar*|add|unveil|launch
        we are proud|excited|thrilled
        proud* to|of|serving|offer*
        proudly
        did you know
        sabia .1 que|usted
        saviez vous
        you may not know
        state of the art
        cutting edge
        latest|newest|advanced technolog*|technique*|equipment|treatment*
        only .6 in|of the|our county|area|region|city|state|town|valley
        areas only
        area .2 only
        under one roof
        certified in
        speciali* .2 in
        specializ*
        in network .2 with|more
        named .3 best|top|clinic
        best .3 in town|county|the|of
        proud winner
        award winning
        added|extended|expanded|longer|more|new .2 saturday|evening|weekend|sunday|evenings|weekends hours|availability|appointments?
        hours .3 longer|extended|expanded
        expanded|expanding
        no excuse
        great|plenty|flexible .1 of availability|openings
        have|has|got|few .2 openings|availability .4 left|this|for|now|available|people
        have|got openings
        have room for
        few .2 openings|spots|seats|mats|slots|places left
        spots|seats|mats|slots|places|spaces|spot|seat left|available|remain*|going|limited|fill*|waiting|are|is .1 fill*|waiting|limited
        filling up
        selling fast
        book* .1 fast
        try|trying .2 our|new|something|it|the|laser|a
        why not try|check|book|add|join
        give .2 a try|go
        experience the difference
        feel the difference
        learn more about|how|at|today
        to learn more
        find out how|more|why|what
        marque|oprima .2 si le interesa
        contarle|platicarle de
        plan|program|programa|programme .3 lose|bajar|perdre|weight|peso|poids
        weight loss
        perte de poids
        bajar de peso
        let .2 our patients know
        calling .3 to tell|let .5 new
        redesigned
        new look
        for your convenience we now
        la dra|dre|dr .2 nueva|nuevo
        right for you
        ask .2 your therapist|doctor whether|if|about .4 right
        is right for
        ask about|if
        pregunte por|en recepcion|a
        demandez .1 a|nos|notre l accueil
        you can now
        see a dietitian|nutritionist
    """,
    "promotion.event": """
        @event
        open house|houses|day
        portes ouvertes
        puertas abiertas
        you are|re invited
        invite|invitamos|invitons|invited|inviting .3 you|you|le|les|vous|to
        le|les|la|lo|vous invitamos|invitons
        cordially
        join us|our|the|in|me
        unase|unete|unanse|acompanenos
        rejoignez
        inscriba*|apuntese|inscrivez vous|se
        rsvp
        save|reserve the|your date|seat|place
        kept a seat
        come celebrate|as you are|one come
        stop|swing|drop by|in .2 and|for .2 say|see|meet|check|coffee|a|tour
        bring|traiga|amenez .2 friend|neighbor|neighbour|spouse|sister|brother|amigo|amiga|ami|amie|buddy|pal|vecino|voisin
        bring .2 friend|neighbor|neighbour
        yoga|pilates|zumba|tai|meditation|qigong starts?|class*|chi|on|session*
        clase|clases|cours de yoga|pilates|zumba|baile
        evening|beginner|beginners|morning|saturday|fitness|exercise|cooking|prenatal|our|group|weekly|new class|classes
        class|classes start*|begin*|on|every|for|is
        running|walking|hiking|run|walk|support group|club
        fun run
        boot camp
        lunch and learn
        lunch .1 learn
        talks|talk about .3 arthritis|pain|sleep|health
        seats .3 fill*
        all levels|ages welcome
        everyone|all .1 welcome
        all are welcome
        no experience|appointment necessary|needed|required
        walk ins welcome
        farmers market
        health|job|wellness|career fair
        tours|refreshments|snacks|cookies|pizza|cake
        doors open .3 and|for music|fun|food
        see you there
        love to see you there
        night out
        cutting ceremony
        is hosting|host*
        hosting
        hosts a|our|the
        celebrat* .4 years|anniversary|with|our
        celebrate
        blood pressure checks
        meet and greet
        movie|game|trivia night
        sign up .4 (at|front|desk|today|here|by|now
        register .2 at|now|today|here|early|by
        no experience needed
        mats
        upstairs no
        thursday evenings
        demonstration day
        free .3 talk
        learn how to .4 (manage|move|prevent|sleep|beat|reduce
    """,
    "promotion.newsletter": """
        @publication
        @social
        like|follow|siga|siganos|suivez|aimez us|our|nous|nos|on|en|sur|page
        siganos|siguenos
        subscribe|suscribase|abonnez to|our|now|vous|a
        subscribe
        read|watch|see|check|lea|lisez|regardez|vea|mire .2 our|latest|new|nuestro|nuestra|notre|nos|tips|story|maria|out .3 video|videos|blog|story|stories|tips|website|site|boletin|latest
        tip|tips of|for|on|to|and|about|from|here
        tips
        five|three|#number .2 tips|ways|stretches|exercises|steps|reasons|habits
        consejos de|para|sobre|utiles
        conseils de|pour|sante|sur|utiles
        consejos
        conseils
        stay in the loop|know
        stay tuned|connected|informed
        tune in
        never miss an|a
        new video|episode|post
        latest video|videos|news|stories
        behind the scenes
        daily|weekly stretches|exercises|inspiration|tips|motivation
        read .3 story
        more at|on our website|site|page|blog
        out our website|site|page|new
        check|visit|see .2 our .2 website|site|page
        success stories|story
        why your .3 matters
        cuts|reduces|lowers your risk
        tag us
        share your .2 photo*|story|recovery
        our channel
        for .3 home exercises from
        back to hiking|running|golf|tennis|sports
        drink water before
    """,
    "promotion.review": """
        leave|write|post|give|drop|share|deje|dejenos|escriba|laissez|donnez|comparta|partagez|submit .5 review*|rating|stars|comment|comments|experience|testimonial|opinion|avis|thoughts|resena|resenas|experiencia|feedback|estrellas|etoiles
        review us|our|your|on
        rate us|your|our|the|how|this
        califique*|califiquenos
        evaluez|notez nous|notre|votre
        valore|evalue|opine .2 nuestr*|su|nos|sobre
        5|five|#number star|stars|estrellas|etoiles
        @rating
        votre avis
        su opinion|opiniones
        how did we do
        how was|were .2 your|the|everything|we visit|appointment|experience|session|stay|with
        how are we doing
        how .2 visit|experience go
        comment .4 passe
        como le fue|estuvo
        como nos
        would you recommend
        likely .3 recommend
        recommend* us|our|#clinic
        recommend .2 to .2 friend|friends|family|others
        scale of
        de 0|1|#number a #number
        number from #number
        sur une echelle
        your feedback|opinion|voice|thoughts|input|testimonial
        feedback
        value your|su
        @survey
        tell us .2 about your .2 visit|experience|stay|time|appointment
        tell us .2 how we|your|was
        tell us .3 do|did better|well
        tell us what you|we
        cuentenos .3 visita|fue|experiencia
        dites nous .3 pense*|visite|trouve
        que pensez vous
        que le parecio
        que opina
        kind words
        hear from you about
        love to hear
        love to hear about|from
        hear about it
        nominate*
        vote for
        if you were|are .2 happy|satisfied|pleased
        if you love*|liked|enjoyed|loved
        satisfied|satisfaction|satisfaccion|satisfecho|satisfecha|satisfait
        great .3 okay .3 poor
        reply .2 for great|good|excellent
        helps others find
        help* others find
        make our day
        word .2 about us
        your story
        testimonials
        helps us grow|improve
        help us improve
        ayudenos a mejorar
        aidez nous a
        read every comment
        share your experience|thoughts|feedback
        shared .3 experience
    """,
    "promotion.referral": """
        refer|referring|refiera|referez .3 @friend
        refer a|your|someone
        recomiend*|recomend* .4 @friend|nos
        recomiendenos|recomiendanos
        recommandez .3 @friend|nous
        recommandez
        parrain*
        tell|send|share|invite|dites|diga|digale|cuente|pass .4 friend|friends|neighbor*|neighbour*|coworker*|colleague*|relative*|everyone|amigo*|amiga*|ami|amis|amies|vecinos|voisins|proches|anyone|someone
        tell .2 family about|that .2 us
        tell|send .3 friends and family
        know|knows anyone|someone|somebody|people|others
        anyone|someone|somebody you know
        know|to|with someone who
        for someone who|you
        conoce|conocen .2 alguien|otr*|quien
        connaissez .3 qu|un|quelqu
        our way
        word of mouth
        how we grow
        got|have a|any coworker|friend|neighbor|relative|buddy|loved
        spread the word
        share this|our text|number|message|link|email
        pass .4 along
        forward this
        say we sent
        sent you
        compliment you can give
        sending .3 friends|family|loved
        friends and family|relatives
        amigos y familia*
        traiga a|un|su|sus .2 amig*|familiar*|vecin*|conocid*|companer*
        amenez .2 ami*|voisin*|proche*
        para sus familiares
        pour vos proches
        bring a|your|two friend|friends|neighbor|neighbour|buddy|coworker
        their first
        referral bonus|reward*|program
        company thursday
        better with company|friends|a
    """,
    "promotion.membership": """
        membership*|membresia*
        member|members get|save|enjoy|only|pricing|benefits
        become|become|hagase|devenez|devenir .2 member|socio|socia|membre
        wellness|fitness|our|run|insider|premium|kids|the|su|notre|nuestro|bienestar|vip club
        club de|del .2 bienestar|salud|pacientes|lecture
        vip
        loyalty|fidelite|fidelidad
        unlimited .2 visits|access|sessions|stretch*|massage*|classes|use
        ilimitad*|illimite*
        punch card|cards
        visit|session card|pass|bundle|block
        @package
        block|blocks of .2 visits|sessions|ten|five|10|12|#number
        sign|signing|signed up
        wellness|maintenance|care|concierge|stretch plan|package|program|club|membership
        gym membership
        our gym
        no commitment
        commitment free
        priority booking|access
        keep going|progress* after|with|your
        continue your .2 progress|journey|success|care
        #money a month for|gets|and
        for #money a|per|al|par mes|month|mois
        por #money al mes
        of the .3 family
        perks
        annual|monthly|yearly plan|pass|membership
    """,
    "promotion.reactivation": """
        miss|missing you
        missed you
        extran*
        nous manquez
        vous nous manqu*
        havent|hasnt|not|never seen|been|heard|visited .2 you|in|here|us|back|from|since
        have not been
        been .2 while|months|month|year|years|weeks|long|ages
        its|it been
        since your last|we
        long time
        hace .2 tiempo|meses|mes|ano|anos
        hace #number meses
        tiempo que no
        cela|ca fait .2 mois|longtemps|temps|an|ans
        longtemps que
        ready to .2 feel|get|keep|start|move|try|take|come|live|run|finally|begin|invest|make
        ready for .2 your|a|the|spring|summer|golf|ski
        back on track|court|your|feet
        on track
        have you back|see you again
        vuelva* a
        vuelva|regrese|regresa|revenez .2 vernos|voir|pronto|bientot|con|sentirse
        come back .3 (and|for|to|in|see
        still .2 sore|hurt*|pain|stiff|struggl*|hurting|aching|suffering|bothering
        sigue doliendo|con .2 dolor
        le sigue
        toujours mal
        due for
        overdue for
        le toca su
        time for .3 tune|check|checkup|cleaning|visit|refresh*
        time to .3 book|schedule|come|treat|think|get|invest|take
        tune up|ups
        creeping back
        dont|not|never ignore|wait|let|put|settle|suffer
        no espere|deje mas|que|pasar
        n attendez|attendez plus|pas
        not ignore
        book|schedule|reserve|reserva|agende|reserv* .4 now|today|ya|hoy|aujourd|this|soon
        reserve ya|hoy
        agende|agenda hoy|ya|su
        pida su
        prenez rendez vous
        book at your
        book a check|visit|tune|session|consult*
        book with
        thinking about|of you
        spot|place|seat is|are waiting
        is waiting for
        finish|complete what|the you|work started
        lets finish
        started something
        noticed|notice you|that .2 havent|not|have|last
        deserve*|merece*|meritez|merite
        thank you for .1 (one|extra
        will thank you
        se lo va|lo .1 agradecer*
        body|spine|back|knees|neck|shoulders|future|muscles|joints .2 thank|called|calling|misses|miss|deserve*|thanks|will
        how is|s|are|hows .3 exercise|routine|feeling|recovery|pain|back|progress
        check in today
        start your .2 journey|recovery|year
        get started
        to get started|back
        dont let
        new year .2 you
        have a look
        lot has changed
        move without
        have just the thing
        feel better|great|good|amazing|like|your|young*
        sentirse mejor|bien
        mieux
        you know where
        what are you waiting
        que espera
        qu attendez
        we can help|show
        pain .3 behind|away|gone|free
        without .2 pain
        golf|tennis|swing
    """,
    "promotion.greeting": """
        happy|merry|feliz|felices|joyeux|joyeuse|joyeuses .4 @holiday|year|day|month|week|fetes|fete|fiestas|ano|annee|days|season|anniversary|friday|halloween|summer|spring
        bonne|bonnes annee|annees|fete|fetes|vacances|rentree
        feliz ano|dia|navidad|cumpleanos|pascua
        prospero
        warm|warmest|best|heartfelt|holiday wishes .2 for|from|this
        wishes you|your|for
        wish|wishes|wishing .3 you|your|every|all
        wishing
        les|le|te deseamos|desea|desean|deseamos
        vous souhait*
        souhait* .2 joyeu*|bonne*|un|une|excellent*
        season|seasons greetings
        greetings from
        season of
        joyful|blessed|merry|joyous
        grateful|thankful for
        special day
        your birthday
        su cumpleanos|santo
        votre anniversaire|fete
        pense a vous
        thinking of you
        a toda*|todos las madres|mamas|papas|padres
        lovely|wonderful|great|fantastic weekend|holiday|summer|season
        new year
        from our family
        to our .3 family
        have some cake
        health and happiness
        peace and
    """,
    "promotion.fundraising": """
        @charity .4 today|now|to|help|your|us|our|here|hoy|para|for
        donate|donat*|donacion*|fundrais*|gofundme|donativo*|charity|charities|philanthrop*
        faites un don
        done para|hoy|ahora|a
        donnez pour|a
        food|coat|toy|coats|clothing|book|sock|blood drive
        collecting .3 coats|toys|food|cans|blankets|books|clothes|shoes|for
        make a difference
        walking|running|riding for .2 cure|kids|charity
        sponsor us|our|a|me
        your|every gift|dollar|peso|euro .2 keeps|helps|buys|counts|supports|you
        round up
        support .3 charity|cause|team|foundation|shelter|mission|fund|veterans|families|our|nonprofit|local
        giving tuesday
        reach our|the goal
        help us reach|raise|build|feed
        raise money|funds
        give back
        para que mas
        our foundation
        toys for
    """,
    "promotion.benefits": """
        benefit|benefits|beneficios|prestations|coverage .5 expire*|reset*|renew*|run|before|left|remain*|vence*|end|antes|avant|disappear|unused
        use .5 or lose
        or lose
        lose|losing .3 benefits|fsa|hsa|dollars|them|visits|coverage
        use|used|utilice|utilisez|using|uselos .4 benefits|beneficios|prestations|visits|fsa|hsa|deductible|coverage .6 (before|end|year
        use what you
        used|use all .1 of? .1 your
        deductible .3 met|reset*|satisfied|reached
        met|meet|hit|reached .3 deductible
        fsa|hsa|flex|flexible .4 expire*|dollars|funds|left|spend|deadline|lose|use|soon
        spend|spending .4 fsa|hsa|it|account .3 (on|soon
        flexible|flex spending
        open enrollment
        visits left|remaining .4 year|plan|insurance|benefit*
        year .2 end .5 visits|benefits|book|deductible
        benefits before
        antes de que venzan|perderl*|vencer
        antes de perder*
        assurance|assurances .3 renouvel*
        avant .3 fin|31 .4 (annee|decembre
        most insurance|plans .3 cover*
        covered by most
        pick a plan
        accept most insurance
        insurance covers|may .3 massage|it|our
        check yours
        nothing out of pocket
        out of pocket
        rest of .3 care
        rest of the year
        de aqui a fin
    """,
    "promotion.product": """
        buy|purchase|grab|order|shop|browse|stock|compre|achetez|commandez|sell|selling|vendemos|vendons .4 @product|our|one|yours|today
        @product .4 sale|stock|buy|store|sample*|desk|now|season|today|discount*|shop|available
        our|new|the .2 shop|boutique|store|tienda has|is|have|is|carries|for
        our .2 shop|boutique|tienda
        in our|the shop|store|tienda|boutique
        sample|samples|muestras at|of|on|available|gratis
        ask for a sample
        best selling
        bestselling
        bestseller*
        back in stock
        in stock
        new arrivals
        pre order
        preorder
        on|for sale
        sale on|ends|price|prices|now|today|event|starts|this|is
        big|flash|summer|winter|huge|annual|holiday|our|garage|the|a sale
        en venta
        en oferta
        en solde|soldes|promotion
        flies|flying off
        cbd|thc|kratom
        supplement|supplements|suplementos|vitamins|vitaminas|vitamines
        smoothie|smoothies
        magnesium
        collagen|botox|filler|fillers
        pair your visit
        grab yours|a|one|your
        available .2 at the front? desk .3 (for|now
        now available
        gift of
        give the
        juice bar
        massage gun
        wearable|tracker|fitbit
        custom insoles|orthotics|orthotic
        aids from
        easiest way
        home gym
        at your next .1 visit? buy
        premium insoles|orthotics|shoes
        flu shot and
        vend*|vente|venta .2 de
        refill and save
        try .3 @product
        pick .2 up .4 shop
    """,
    "promotion.contest": """
        raffle*|sweepstake*|contest|contests|tombola|rifa|rifas|sorteo*|concours|tirage|giveaway*|jackpot|lottery
        enter|entered to|in|into win|our|a|the
        to win
        win a|an|our|free|big|one|up|prizes
        chance to win|at
        prize|prizes|premio|premios
        guess the
        take home
        spin the
        best .3 wins
        selected for
        congratulations|felicidades|felicitations you|usted|vous
        been selected|chosen
        post a selfie|photo|picture
        participe|participa|participez|participant
        in our|the drawing
    """,
    "promotion.hiring": """
        hiring
        join our|the team|staff|crew
        looking for .3 aide|therapist|receptionist|assistant|nurse|person|someone|candidates|staff
        apply at|now|today|here|online|within
        now recruiting
        estamos contratando|buscando
        buscamos|contratamos
        recrutons|embauchons|recrute
        job|career|employment opening*|opportunit*
        job|jobs|vacante|vacantes|empleo|empleos
        work with us
        room|space to|for rent
        for rent
        to rent
    """,
    "promotion.politics": """
        vote yes|no|for|against|on|early|in|today
        vote
        votez|voten
        city council
        for mayor|senate|congress|governor|council|president|sheriff
        call|write|contact|tell .2 senator*|representative*|congress*|legislator*|lawmaker*
        stop|oppose|support .4 cuts|bill|measure|act|proposition|law|amendment
        measure|proposition #number
        sign .2 petition
        petition
        elect
    """,
    "promotion.loan": """
        loan|loans|prestamo|prestamos|mortgage
        financing|financement|financiamiento
        #percent apr
        apr for|of
        consolidate
        lender|lenders|refinance
        bad|no credit ok|okay|check|needed
        need cash
        quick|fast|instant|same approval|cash
        low .2 monthly|interest rates|rate|payments
        personal|payday loan
        credit line|lines
        line of credit
        investment|invest in|now|opportunity
        crypto|bitcoin
        casino
    """,
    "promotion.app": """
        download|descargue|descarga|telechargez|install|instale|installez .4 app|application|aplicacion|apps
        get|try|use|have|on our|the|new .2 app
        our|nuestra|notre|new .2 app|aplicacion|application
        app .2 store|stores
    """,
    "promotion.persuasion": """
        imagine*|imaginez
        treat yourself
        regalese|regalate|consientase|consintase
        offrez vous
        pamper*|indulge
        you deserve|earned
        have|ve earned it|this
        meritez bien
        se lo merece
        curious|curieux
        some|many|more|most of our patients
        more and more
        our|other|many|most|these patients .2 love|say|sleep|are|got|get|report|swear|tell|feel|find
        other patients
        people drive|say|love|tell|ask
        theres|there a reason
        vecinos|voisins|neighbors|neighbours .4
        know .3 secret
        little known
        best kept
        strong knees|backs|bodies
        want more|one|some|to .3 (from|on|feel|more
        people who want
        half the time
        wake|waking up
        your kids
        have fun
        hot tub
        sauna
        we .2 get it
        lets|let talk
        future self
        extra session|visit|minutes a
        enjoy .3 summer|day|life|your|moment|freedom|complimentary|weekend
        sore muscles|back|neck
        sore
        stiff
        spring|summer|winter|fall|autumn is here|hard|coming
        season is coming|here|around
        flu season
        immune|immunity
        love what we
        best soup
        moment de detente|pour
        momento de
        hurt less
        anti aging
        look|look younger|good|great|beautiful
        beach body
        resolution*
        next level
        life is|better|without
        waiting for
        ask|tell me|us how
        people .2 like you
        they loved
    """,
}
