"""The words the guard knows, by what they are about: English, Spanish and French, without accents.

`word*` stands for every word that begins so. Promotion, privacy and the rest are phrases of these
(promotion.py, privacy.py ...); `act` and `plain` are what messages about a visit, an account or a
closure are made of (acts.py).
"""

from collections.abc import Mapping
from typing import Final

_PROMOTION: Final = {
    "free": "free complimentary gratis gratuit gratuite gratuits gratuites gratuito gratuita "
    "gratuitos gratuitas gratuitement freebie freebies gratuitamente",
    "off": "discount discounts discounted descuento descuentos rebaja rebajas reduction reductions "
    "rabais remise remises ristourne promo promos promocion promociones promotion promotions "
    "promotional coupon coupons cupon cupones bogo rebate rebates markdown "
    "clearance groupon soldes hotdeal cashback liquidacion liquidation bargain bargains",
    "deal": "deal deals special specials offer offers oferta ofertas offre offres bonus giveaway "
    "giveaways savings ganga gangas bundle bundles aubaine",
    "perk": "gift gifts prize prizes reward rewards perk perks surprise swag goodie goodies treat "
    "freebie regalo regalos premio premios recompensa recompensas sorpresa cadeau cadeaux "
    "recompense surprises lot lots hoodie tshirt mug points puntos tote obsequio obsequios",
    "giftcard": "giftcard giftcards",
    "care": "massage massages massotherapie masaje masajes session sessions sesion sesiones seance "
    "seances consult consults consultation consultations consulta consultas screening screenings "
    "evaluation evaluations evaluacion evaluaciones assessment assessments analysis trial trials "
    "class classes clase clases lesson lessons facial facials botox laser lasers cupping "
    "acupuncture acupuntura needling yoga pilates treatment treatments tratamiento tratamientos "
    "adjustment adjustments workout workouts checkup bilan exam exams cleaning whitening fitting "
    "membership gym sample samples muestra muestras orthotics insoles plantillas semelles brace "
    "braces supplement supplements suplementos vitamins vitaminas vitamines infusion infusions "
    "facials exfoliation peel program programs programa programas programme programmes osteopathie "
    "osteopatia nutricion nutrition dietitian wellness bienestar bienetre cryotherapy hydrotherapy "
    "shockwave tens coaching physical physicals stretch stretches equipment soin soins",
    "product": "pillow pillows roller rollers cream creams oil oils cbd smoothie smoothies shoes "
    "supplement supplements vitamins brace braces insoles orthotics tens spray sprays shop boutique "
    "tienda merch merchandise tshirts mugs apparel store lotions serum serums protein shakes "
    "sunscreen eyewear glasses lenses aids toothbrush toothbrushes kits kit bands calendars "
    "productos produits creme cremes crema cremas pomada coussins oreillers collagen magnesium "
    "device devices tracker wearable sneakers mattress bottles packs",
    "event": "seminar seminars webinar webinars workshop workshops event events evento eventos "
    "evenement evenements party parties celebration celebrations gala 5k fair bazaar carnival "
    "taller talleres atelier ateliers charla charlas platica platicas conference conferences "
    "conferencia conferencias seminario seminarios fiesta fiestas fete fetes potluck barbecue bbq "
    "picnic feria retreat expo openhouse bootcamp meetup fundraiser concert festival lecture "
    "lectures masterclass clinicday jornada marathon10k",
    "publication": "newsletter newsletters blog blogs podcast podcasts boletin boletines infolettre "
    "infolettres bulletin bulletins magazine ebook ebooks youtube vlog article articles articulo "
    "articulos",
    "social": "facebook instagram tiktok twitter youtube linkedin pinterest snapchat whatsapp "
    "hashtag selfie selfies insta reels influencer threads",
    "rating": "yelp google healthgrades zocdoc tripadvisor trustpilot vitals",
    "review": "review reviews rating ratings testimonial testimonials resena resenas avis "
    "calificacion calificaciones opinion opiniones opinions stars estrellas etoiles temoignage "
    "temoignages testimonio testimonios shoutout",
    "survey": "survey surveys questionnaire questionnaires encuesta encuestas sondage sondages "
    "feedback poll polls cuestionario cuestionarios",
    "friend": "friend friends neighbor neighbors neighbour neighbours family families coworker "
    "coworkers colleague colleagues relative relatives spouse husband wife sister brother mom dad "
    "buddy buddies pal amigo amigos amiga amigas vecino vecinos vecina vecinas familiar familiares "
    "familia ami amis amie amies voisin voisins proche proches famille collegue collegues conocido "
    "conocidos companeros everyone everybody anyone someone somebody entourage loved",
    "member": "membership memberships member members club clubs membresia membresias socio socios "
    "socia abonnement abonnements adhesion loyalty vip subscription subscriptions fidelite lealtad "
    "fidelidad membre membres forfait forfaits insiders",
    "package": "package packages paquete paquetes bundle bundles forfait forfaits packs punch "
    "bono bonos",
    "holiday": "christmas xmas birthday birthdays thanksgiving easter hanukkah halloween holidays "
    "valentine valentines navidad cumpleanos pascuas pascua noel anniversaire joyeux joyeuses "
    "paques ramadan eid diwali kwanzaa juneteenth",
    "charity": "donate donates donation donations donating donor donors fundraiser fundraising "
    "charity charities fundraise philanthropy donar done donacion donaciones don dons donnez "
    "donativo donativos sponsor sponsors pledge benefactors caridad beneficas caritatif caritative "
    "recaudar recaudacion collecte gofundme",
    "contest": "raffle raffles sweepstakes contest contests giveaway giveaways tombola rifa rifas "
    "sorteo sorteos concours tirage lottery drawing jackpot concurso concursos winner winners "
    "trivia bingo",
    "loan": "loan loans apr financing financement financiamiento prestamo prestamos pret prets "
    "refinance lender lenders credito mortgage carecredit cash",
    "job": "hiring hire recruit recruiting recruitment careers job jobs vacancy vacancies "
    "contratando empleo empleos vacante vacantes emploi emplois recrute recrutons embauche "
    "resume resumes cv contratamos embauchons",
    "politics": "vote votes voter election elections candidate senator congress congressman council "
    "mayor governor ballot petition campaign voten voto elecciones alcalde senador votez elections "
    "lobby lawmakers legislature proposition senado congreso elu elus depute legislators",
    "urge": "hurry limited exclusive exclusively unbeatable guaranteed amazing incredible fabulous "
    "awesome sensational spectacular bestselling bestseller unmissable fantastic irresistible "
    "exclusivo exclusiva exclusivas increible aprovecha aproveche aprovechen aprovechar profitez "
    "profiter exclusif exclusive incroyable limitado limitada limitados limitees limites limitee",
    "warm": "enjoy enjoying love loved loves loving feel feeling feels better amazing excited "
    "thrilled proud proudly discover discovered explore imagine deserve deserves deserved earned "
    "treat pamper indulge relax relaxing refresh refreshed rejuvenate recharge unwind boost booster "
    "glow glowing radiant transform transformation achieve goals strong stronger fitter healthier "
    "happier younger confident vitality thrive energize energized energy unlock elevate premium "
    "luxury luxurious deluxe special new brand introducing introduce welcome celebrate celebrating "
    "anniversary curious ready dream dreams secret secrets miss missed fun exciting inspired "
    "inspire inspiring journey lifestyle wellness tips tip learn story stories favorite favourite "
    "popular trending raving rave buzz excellence best greatest finest leading award awards "
    "winning voted trusted affordable cheap cheaper cheapest save saves saving upgrade upgraded "
    "grab snag claim redeem explore join sign register rsvp invite invited inviting invitation "
    "try trying taste bring neighbors community golf tennis hiking marathon runners athletes "
    "beginner beginners everyone company sleep tired tightness stiff stiffness sore soreness ache "
    "aches aching posture mobility flexibility performance results smile smiles beautiful beauty "
    "skin youthful slim slimmer fit spring summer autumn winter pizza cookies music cake coffee "
    "snacks wine refreshments smoothie market shop shopping browse buy purchase order worth value "
    "bonus exclusive insider perks upstairs evenings sunrise lawn seats spaces spots mats places "
    "openings room slots fill filling grow growing expand expanded expanding proven revolutionary "
    "innovative cutting state art technology latest technique certified specialize specializes "
    "expert experts treadmill pool hot tub sauna spa juice bar "
    "disfrute disfrutar descubra descubrir sienta sentirse mejor merece merecen imagine imaginese "
    "regalese consientase relajese bienestar nuevo nueva nuevos nuevas presentamos presenta unase "
    "inscribase apuntese invitamos invita invitado ganar gane extranamos extrana sorpresa vecinos "
    "ahorre ahorrar ahorro ofrecemos novedad novedades orgullo orgullosos celebre celebramos "
    "verano duele doliendo dolores precios precio bajar peso motivacion energia salud consejos "
    "agradecer quiere "
    "decouvrez decouvrir offrez offrons offert offerte offerts offertes meritez merite profitez "
    "savourez detente detendre imaginez nouveau nouvelle nouveaux nouvelles venez rejoignez "
    "inscrivez invitons invite inviter fiers fiere manquez conseils forme energie sante bienetre "
    "gagnez gagner economisez prix douceur plaisir heureux celebrons voisins doux offre revenez",
}

_PRIVACY: Final = {
    "body": "knee knees shoulder shoulders hip hips ankle ankles elbow elbows wrist wrists spine "
    "spinal lumbar cervical pelvic pelvis breast breasts prostate rectal bladder kidney kidneys "
    "liver lung lungs thyroid ovary ovaries uterus testicular penis vaginal tailbone hamstring "
    "meniscus acl rotator achilles sciatic tendon ligament vertebra vertebrae thumb jaw tmj rib "
    "ribs groin quad thigh calf bowel colon stomach pancreas retina cornea "
    "rodilla rodillas hombro hombros cadera caderas tobillo tobillos codo codos muneca columna "
    "mama mamas seno senos prostata rinon rinones higado pulmon pulmones tiroides utero "
    "genou genoux epaule epaules hanche hanches cheville chevilles coude coudes poignet "
    "colonne sein seins rein reins foie poumon poumons thyroide "
    "abdomen abdominal esophagus gallbladder neck",
    "bodypart": "back foot feet hand hands heart eye eyes arm arms leg legs head chest skin tooth "
    "teeth brain blood face ear ears nose throat mano pie pies espalda cuello corazon ojo ojos "
    "brazo pierna cabeza pecho piel diente dientes cerebro oido oidos dos pied pieds main coeur "
    "oeil yeux bras jambe tete poitrine peau dent dents cerveau oreille oreilles cou nuque "
    "muscle muscles joint joints",
    "disease": "diabetes diabetic hiv aids cancer tumor tumour tumors leukemia lymphoma melanoma "
    "depression depressive anxiety bipolar schizophrenia schizophrenic ptsd adhd autism dementia "
    "alzheimer alzheimers parkinson parkinsons epilepsy seizure seizures stroke asthma copd "
    "hepatitis herpes chlamydia gonorrhea syphilis std stds sti stis tuberculosis sciatica "
    "arthritis osteoarthritis osteoporosis fibromyalgia scoliosis tendonitis tendinitis bursitis "
    "hernia herniated fracture fractured concussion vertigo migraine migraines hypertension "
    "cholesterol obesity incontinence infertility pregnancy miscarriage menopause eczema psoriasis "
    "lupus crohns colitis ulcer gout anemia pneumonia sepsis addiction alcoholism opioid overdose "
    "bulimia anorexia insomnia apnea stenosis neuropathy plantar fasciitis spondylosis carpal "
    "whiplash sprain paralysis cataract cataracts glaucoma diagnosis diagnosed dermatitis "
    "endometriosis cirrhosis dialysis cystitis angina arrhythmia thrombosis embolism "
    "vih sida cancer tumor leucemia ansiedad esquizofrenia demencia epilepsia "
    "asma artritis artrosis osteoporosis ciatica escoliosis hipertension colesterol obesidad "
    "infertilidad embarazo menopausia adiccion alcoholismo migrana diagnostico fractura "
    "tendinitis "
    "diabete depression anxiete schizophrenie demence epilepsie asthme arthrite arthrose "
    "osteoporose sciatique scoliose obesite grossesse menopause addiction alcoolisme cholesterol "
    "diagnostic tendinite entorse hernie vih",
    "procedure": "surgery surgical postop preop operation operated biopsy mri xray xrays ultrasound "
    "mammogram mammography colonoscopy endoscopy chemotherapy chemo radiation dialysis transfusion "
    "vasectomy abortion hysterectomy cesarean dilation arthroscopy replacement catheter "
    "angioplasty pacemaker stent "
    "epidural cortisone steroid steroids methadone suboxone buprenorphine insulin naloxone rehab4 "
    "detox psychotherapy electroshock ect echocardiogram ekg ecg stresstest pap psa smear "
    "injections injection vaccine vaccination immunotherapy biologic ivf iud implant implants "
    "rootcanal amputation "
    "cirugia operacion operada operado biopsia resonancia radiografia ultrasonido mamografia "
    "colonoscopia endoscopia quimioterapia radioterapia dialisis aborto cesarea inyeccion metadona "
    "insulina quimio infiltracion ecografia "
    "chirurgie biopsie irm radiographie echographie mammographie coloscopie endoscopie "
    "chimiotherapie chimio radiotherapie avortement cesarienne injection infiltration prothese",
    "medicine": "prozac zoloft xanax adderall oxycodone oxycontin vicodin hydrocodone metformin "
    "ozempic wegovy viagra truvada lipitor lisinopril gabapentin humira prednisone warfarin "
    "lithium ritalin tramadol percocet semaglutide testosterone mounjaro prep3",
    "specialty": "oncology oncologist oncologue oncologo psychiatry psychiatrist psychiatric "
    "psychiatre psiquiatra fertility hospice rheumatology nephrology urology urologist gynecology "
    "gynecologist ginecologo gynecologue neurology neurologist cardiology cardiologist "
    "cardiologo cardiologue hematology endocrinologist gastroenterologist dermatologist "
    "methadone maternity prenatal obstetric oncologia psiquiatria cardiologia",
    "insurer": "aetna cigna humana anthem medicare medicaid tricare kaiser unitedhealthcare uhc "
    "bcbs molina centene ambetter wellcare oscar medical3 ppo hmo optum emblemhealth highmark "
    "geico carefirst amerigroup medi fidelis ramq uhc blueshield",
    "dob": "dob birthdate ddn",
    "record": "mrn ssn",
}

_COLLECTION: Final = {
    "debt": "debt debts deuda deudas dette dettes",
    "agency": "collections collection collector collectors recouvrement huissier garnish garnished "
    "garnishment repossess lien liens creditbureau",
    "court": "lawsuit lawsuits sue sued attorney attorneys lawyer lawyers court litigation legal "
    "arrest arrested warrant jail prosecute prosecuted prosecution sheriff judgment subpoena "
    "abogado abogados demanda demandar demandaremos tribunal tribunales legales judicial judiciales "
    "embargo embargar arresto carcel avocat avocats poursuite poursuites justice juridiques "
    "juridique judiciaires judiciaire saisie",
}

CONCEPTS: Final[Mapping[str, str]] = {**_PROMOTION, **_PRIVACY, **_COLLECTION}
