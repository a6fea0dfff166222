"""Words for kinds of duty in the languages that rotas are written in, as hospitals use them.

``CERTAIN`` are phrases that say it all when they stand alone. ``TELLING`` ones say it among other words, or in a
legend; alone they may be something else: *call* is slept at home or in the house, and some are names of people.
Compounds are found by their last part, ``Resturlaub`` by ``urlaub``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from scheduler.rotas.model import DutyKind
from scheduler.rotas.reading.cells import folded

_K = DutyKind

_CERTAIN: Mapping[DutyKind, str] = {
    _K.OFF: """
off|off day|day off|days off|off duty|rostered off|rostered day off|rest|rest day|rest days|zero day|zero days
|zero hours|post night|post nights|after night|after nights|post call|post on call|night off|nights off|weekly off
|week off|weekly rest|non working day|non working|not working|toil|lieu|lieu day|lieu time|day in lieu|in lieu
|time off in lieu|day off in lieu|time owed|compensatory rest|compensatory day|comp day|comp off|ewtd off|recovery day
|sleep day|not employed
|freier tag|dienstfrei|arbeitsfrei|nachtdienstfrei|ruhetag|freizeitausgleich|überstundenausgleich|zeitausgleich
|überstundenfrei|ausgleichstag|ausschlaftag|schlaftag|nicht arbeitend
|repos|jour de repos|repos hebdomadaire|repos compensateur|repos de garde|repos de sécurité|repos récupérateur
|récupération|récup|jour non travaillé|non travaillé
|libre|día libre|libranza|libranza de guardia|saliente|saliente de guardia|descanso|descanso semanal|día de descanso
|posguardia
|riposo|giorno di riposo|riposo settimanale|riposo compensativo|smonto|smonto notte|giorno libero|recupero ore
|folga|dia de folga|descanso compensatório|pós plantão|dia livre
|wolne|wolny|dzień wolny|dzień wolny od pracy|wolne po dyżurze|po dyżurze|zejście po dyżurze|odbiór godzin|odpoczynek
|niezatrudniony|niezatrudniona
|vrij|vrije dag|roostervrij|rustdag|slaapdag|nachtcompensatie
|fridag|jourkomp|kompledig|kompledighet|vilodag
|avspasering|afspadsering
|vapaa|vapaapäivä|lepopäivä|volno|volný den|voľno|pihenő|pihenőnap|szabadnap|zi liberă|nöbet ertesi
|ρεπό|ημέρα ανάπαυσης|выходной|отсыпной|вихідний
|휴무|오프|비번|휴일|주휴|公休|休み|休|明け|夜勤明け|当直明け|週休|代休|振休|非番|オフ|休息|下夜班|补休|轮休
|หยุด|วันหยุด|ออฟ|ลงเวร|libur|lepas jaga|ra trực|راحة
""",
    _K.LEAVE: """
leave|annual leave|annual holiday|holiday|holidays|holiday leave|vacation|vacations|vacation leave|on leave
|sick|sick leave|sick day|sick days|off sick|sickness|sickness absence|illness|ill|paid time off|pto
|maternity leave|paternity leave|parental leave|shared parental leave|adoption leave|childcare leave|child care leave
|carer leave|carers leave|carer s leave|dependants leave|dependents leave|family leave|compassionate leave
|bereavement leave|emergency leave|urgent leave|special leave|unpaid leave|paid leave|personal leave|personal day
|medical leave|casual leave|earned leave|privilege leave|long service leave|sabbatical|sabbatical leave|jury service
|leave of absence|lifestyle leave|wellness day|marriage leave
|urlaub|jahresurlaub|erholungsurlaub|resturlaub|sonderurlaub|unbezahlter urlaub|mutterschaftsurlaub|vaterschaftsurlaub
|krank|krankheit|krankgeschrieben|krankmeldung|krankenstand|arbeitsunfähig|kind krank|kindkrank|elternzeit
|mutterschutz|pflegezeit|pflegefreistellung|karenz|beurlaubt|beschäftigungsverbot|ferien
|congé|congés|congé annuel|congés annuels|congé payé|congés payés|vacances|maladie|arrêt maladie|arrêt de travail
|congé maladie|congé de maladie|congé maternité|congé de maternité|congé paternité|congé de paternité|congé parental
|congé sans solde|rtt|enfant malade
|vacaciones|licencia|licencia médica|licencia por enfermedad|licencia de maternidad|licencia por maternidad
|licencia de paternidad|licencia por paternidad|baja|baja médica|baja laboral|baja por enfermedad|baja maternal
|baja por maternidad|permiso|permiso retribuido|permiso sin sueldo|permiso de paternidad|permiso de maternidad
|permiso parental|incapacidad temporal|asuntos propios|días propios|excedencia
|ferie|malattia|congedo|congedo parentale|congedo maternità|congedo di maternità|congedo di paternità
|congedo ordinario|congedo straordinario|permesso|permesso retribuito|permesso 104|legge 104|aspettativa|infortunio
|férias|licença|licença maternidade|licença de maternidade|licença paternidade|licença de paternidade|licença médica
|licença parental|licença prêmio|licença sem vencimento|atestado|atestado médico|baixa|baixa médica|doente|doença
|afastado|afastada|afastamento
|urlop|urlop wypoczynkowy|urlop na żądanie|na żądanie|urlop macierzyński|macierzyński|urlop rodzicielski
|urlop ojcowski|urlop wychowawczy|urlop okolicznościowy|urlop bezpłatny|urlop dodatkowy|urlop zdrowotny
|zwolnienie|zwolnienie lekarskie|chorobowe|choroba|opieka nad dzieckiem
|vakantie|verlof|ziek|ziekte|ziekteverlof|ziek gemeld|zwangerschapsverlof|bevallingsverlof|ouderschapsverlof
|geboorteverlof|zorgverlof|calamiteitenverlof|bijzonder verlof|onbetaald verlof|jaarlijks verlof|snipperdag
|semesterledig|sjuk|sjukskriven|sjukfrånvaro|sjukledig|sjukdom|föräldraledig|föräldraledighet|vård av barn
|vab|tjänstledig|tjänstledighet
|syk|sykmeldt|sykmelding|sykt barn|egenmelding|permisjon|foreldrepermisjon|fødselspermisjon|velferdspermisjon
|syg|sygemeldt|sygdom|barsel|barselsorlov|barns sygedag|barnets første sygedag|feriefri|feriefridag|omsorgsdag
|vuosiloma|sairausloma|sairas|vanhempainvapaa|äitiysloma|isyysloma|kesäloma|talviloma|virkavapaa
|dovolená|nemoc|nemocenská|pracovní neschopnost|mateřská dovolená|dovolenka|materská dovolenka
|szabadság|betegszabadság|táppénz|beteg|szülési szabadság
|concediu|concediu medical|concediu de odihnă|concediu de maternitate
|izin|yıllık izin|raporlu|hastalık izni|doğum izni|mazeret izni|ücretsiz izin
|άδεια|κανονική άδεια|αναρρωτική|αναρρωτική άδεια|άδεια μητρότητας
|отпуск|ежегодный отпуск|больничный|больничный лист|декрет|декретный отпуск|відпустка|лікарняний
|godišnji|godišnji odmor|bolovanje|porodiljni|dopust|letni dopust|bolniška
|연차|연가|휴가|연차휴가|병가|출산휴가|육아휴직|휴직|반차|월차|경조휴가|경조사|특별휴가|특휴|생리휴가|생휴|여름휴가
|하계휴가|결혼휴가|배우자출산휴가|가족돌봄휴가|보건휴가|청원휴가
|年休|有給|有休|有給休暇|年次休暇|年次有給休暇|夏休|夏休み|夏季休暇|冬休み|冬季休暇|特休|特別休暇|病休|病欠|病気休暇
|産休|育休|産前産後休暇|育児休業|忌引|忌引き|休暇|介護休暇|看護休暇|子の看護休暇|休職|慶弔休暇|半休|午前休|午後休
|年假|休假|病假|事假|产假|陪产假|婚假|丧假|探亲假|请假|請假|特休假
|ลา|ลาพักร้อน|พักร้อน|ลาพักผ่อน|ลาพักผ่อนประจำปี|ลาพัก|ลาป่วย|ป่วย|ลากิจ|ลากิจส่วนตัว|ลาคลอด|ลาคลอดบุตร|ลาบวช
|nghỉ phép|nghỉ ốm|nghỉ thai sản|cuti|cuti tahunan|cuti sakit|cuti bersalin|cuti melahirkan
|إجازة|إجازة سنوية|إجازة مرضية|إجازة أمومة|חופשה|חופש|מחלה|חופשת מחלה|חופשת לידה|مرخصی|छुट्टी|अवकाश
""",
    _K.STUDY_LEAVE: """
study leave|study|study day|study days|exam leave|exam day|conference leave|course leave|professional leave
|educational leave|education leave|academic leave|cme leave|cpd leave|congress leave
|fortbildung|fortbildungsurlaub|bildungsurlaub|kongressurlaub|congé formation|congé de formation
|permiso por estudios|licencia por estudios|congedo per studio|permesso studio|licença para estudo
|szkolenie|urlop szkoleniowy|studieverlof|studiedag|studieledig|studieledighet|studiepermisjon|kursledig
|учебный отпуск|学会|研修休暇|学会休暇|학회|ลาศึกษา|ลาศึกษาต่อ|ประชุมวิชาการ
""",
    _K.NIGHT: """
night|nights|night shift|night shifts|night duty|night float|night team|night cover
|nachtdienst|nachtdienste|nachtschicht|nacht|nuit|nuits|garde de nuit|poste de nuit|service de nuit
|noche|turno de noche|turno noche|guardia de noche|nocturno|nocturna|turno nocturno|guardia nocturna
|notte|notti|turno di notte|turno notte|notturno|turno notturno|guardia notturna
|noite|noturno|noturna|plantão noturno|plantão nocturno|turno da noite|turno noite|turno noturno
|noc|nocka|nocny|nocna|nocne|zmiana nocna|dyżur nocny
|nachtwacht|natt|nattjour|nattpass|nattevakt|nattskift|nattevagt|yövuoro|noční|noční služba|nočná|éjszaka|éjszakás
|noapte|gardă de noapte|gece|gece nöbeti|νύχτα|νυχτερινό|ночь|ночная смена|ночное дежурство
|나이트|야간|야간근무|나이트근무|夜勤|深夜|深夜勤|夜班|大夜|大夜班|เวรดึก|ดึก|dinas malam|ca đêm
""",
    _K.LONG_DAY: """
long day|long days|long day shift|langer dienst|langdienst|langer tag|journée longue|longue journée|turno lungo
|plantão diurno|turno largo|lange dag|långdag|dyżur dzienny
""",
    _K.LATE: """
late|lates|late shift|late duty|evening|evenings|evening shift|twilight|twilight shift
|spätdienst|spätschicht|spät|soir|poste du soir|tarde|turno de tarde|turno tarde|turno da tarde|vespertino
|turno vespertino|pomeriggio|turno pomeridiano|pomeridiano|popołudnie|zmiana popołudniowa|popołudniowy
|avonddienst|late dienst|laatdienst|kvällspass|kväll|kveldsvakt|aftenvakt|aftenvagt|iltavuoro|odpolední
|이브닝|이브닝근무|準夜|準夜勤|遅番|小夜|小夜班|中班|เวรบ่าย|บ่าย
""",
    _K.DAY: """
day|days|standard day|normal day|normal working day|working day|day shift|day shifts|day duty|early shift
|tagdienst|tagschicht|frühdienst|frühschicht|regeldienst|normaldienst|journée|poste de jour
|poste du matin|turno de día|mañana|turno de mañana|turno mañana|matutino|turno matutino|diurno|diurna|turno diurno
|giorno|mattina|mattino|turno di giorno|turno mattina|manhã|turno da manhã|turno manhã|dzień|dzienny|dzienna
|zmiana dzienna|zmiana ranna|dagdienst|vroege dienst|dagpass|dagvakt|dagvagt|aamuvuoro|päivävuoro|ranní|denní
|nappal|nappalos|gündüz|дневная смена|утро|데이|주간|주간근무|데이근무|日勤|早番|早出|日勤務|白班|日班|早班|เวรเช้า|เช้า
""",
    _K.NON_RESIDENT_ON_CALL: """
non resident on call|nonresident on call|home call|off site on call|on call from home
|rufbereitschaft|rufdienst|astreinte|astreintes|guardia localizada|reperibilità|pronta disponibilità|sobreaviso
|dyżur pod telefonem|bereikbaarheidsdienst|hjemmevakt|takapäivystys|宅直
""",
    _K.RESIDENT_ON_CALL: """
resident on call|in house call|in house on call|guardia de presencia|garde sur place
""",
    _K.PROTECTED: """
self development time|teaching|protected teaching|protected teaching time|protected time
""",
}

_TELLING: Mapping[DutyKind, str] = {
    _K.OFF: "frei|ledig|libero|livre|komp|rust|fri|duty leave|zejście|wolna|freizeit",
    _K.LEAVE: "vac|paternity|parental|carer|carers|compassionate|bereavement|hajj|loa|l4|macierzyńskie",
    _K.STUDY_LEAVE: """
exam|exams|course|courses|conference|congress|weiterbildung|kongress|prüfung|formation|congrès|estudio|congreso
|formación|curso|examen|congresso|corso|formazione|esame|szkolenia|szkoleniowy|kurs|konferencja|kongres|egzamin
|cursus|congres|utbildning|konferens|kursus|koulutus|연수|研修|学习|进修|อบรม
""",
    _K.NIGHT: "nocturne|nattetid|night call|night on call",
    _K.LONG_DAY: "long|standard long|lang|lange|langer",
    _K.LATE: "swing|afternoon|après midi|aften|avond",
    _K.DAY: """
normal|standard|core|ward|wards|clinic|clinics|theatre|theatres|working|short day|plain|ambulatorio|ambulatório
|enfermaria|station|ambulanz|dia|rano|early|tag|früh|jour|matin
""",
    _K.NON_RESIDENT_ON_CALL: """
non resident|hintergrunddienst|hintergrund|guardia pasiva|localizada|gotowość|achterwacht|oproepdienst|bakjour
|bakvakt|tilkaldevagt|オンコール|待機|온콜
""",
    _K.RESIDENT_ON_CALL: """
on call|oncall|call|24h|24 h|24 hours|24 hour|bereitschaft|bereitschaftsdienst|garde|guardia|plantão|dyżur|dyżury
|turno di guardia|jour dygn|vakt|vagt|päivystys|nöbet|дежурство|당직|当直|宿直|日直|值班
""",
    _K.PROTECTED: """
protected|self development|spa|non clinical|non clinical time|admin|administration|education|educational
|academic half day|didactics
""",
}

_DOUBTFUL: Mapping[DutyKind, str] = {
    _K.OFF: """
free|franco|bank holiday|public holiday|feiertag|jour férié|festivo|feriado|festività|feestdag|helgdag|helligdag
""",
    _K.LEAVE: """
maternity|isolation|quarantine|personal|maternité|maternidad|maternidade|maternità|arrêt|kwarantanna|quarantäne|opieka
|falta|semester
""",
}
"""Names of wards, terms, people or days of the year as often as of leave: only guessed at."""

_ENDINGS: Mapping[DutyKind, str] = {
    _K.LEAVE: "urlaub|verlof|ledighet|permisjon|szabadság|休暇|휴가",
    _K.NIGHT: "nachtdienst|nachtschicht|nattjour|nattevakt|nattevagt",
    _K.LATE: "spätdienst|spätschicht|avonddienst",
    _K.DAY: "tagdienst|frühdienst|frühschicht|dagdienst",
    _K.NON_RESIDENT_ON_CALL: "rufbereitschaft|rufdienst|bereikbaarheidsdienst",
    _K.RESIDENT_ON_CALL: "bereitschaftsdienst",
}

_TURNING = """
relief|relieving|cover|covering|covers|coverage|standby|stand by|standing by|reserve|reserves|backup|back up|jeopardy
|list|lists|waiting|wait list|waitlist|waiting list|clinic|clinics|meeting|meetings|pool|locum|replacement|replacing
|substitute|bay|ward|wards|unit|office|round|rounds|team|line|desk|service|visit|site|bank
|vertretung|ersatz|einspringer|bereitschaft|reserve|warteliste|liste|sprechstunde|besprechung|station|ambulanz
|remplacement|remplaçant|renfort|suppléance|liste d attente|réunion|consultation
|sustitución|suplencia|refuerzo|cobertura|lista|lista de espera|consulta|reunión|sostituzione|riserva|riunione
|lista d attesa|substituição|reforço|reunião|zastępstwo|rezerwa|lista oczekujących|poradnia|spotkanie|zebranie
|vervanging|wachtlijst|spreekuur|overleg|vikarie|vikar|väntelista|mottagning|möte|venteliste|møde|møte
|대체|대기|회의|外来|代替|代行|待機|会議|代班|แทน|ประชุม
"""
"""Words that make another thing of leave or illness: *sick relief* is a duty, a waiting list for leave is none."""

_PASSING = """part time|less than full time|ltft|
approved|booked|confirmed|granted|paid|full|half|day|days|week|weeks|weekend|hour|hours|hrs|h|am|pm|morning|afternoon
|of|the|a|an|on|in|from|to|until|time|session|sessions|and|all|long|term|etc|entitlement|activity|activities|whole
|de|du|des|d|la|le|les|del|di|da|do|dos|el|und|oder|y|e|et|i|en|og|och|ja|tag|tage|ganztags|halbtags|jour|jours
|journée|dia|dias|día|días|giorno|giorni|dzień|dni|dag|dagen|dagar|dage|matin|après midi|mañana|tarde|manhã|mattina
|오전|오후|午前|午後|上午|下午|เช้า|บ่าย|半日|1日
"""
"""Words that say nothing of what it is."""


ABBREVIATIONS: Mapping[str, DutyKind] = {
    "al": _K.LEAVE,
    "a l": _K.LEAVE,
    "zd": _K.OFF,
    "rdo": _K.OFF,
    "ld": _K.LONG_DAY,
    "nroc": _K.NON_RESIDENT_ON_CALL,
    "sdt": _K.PROTECTED,
}
"""Letters with one meaning only, where nothing else stands beside them: *Al Amin* is a name."""


def _phrases(words: Mapping[DutyKind, str]) -> dict[str, DutyKind]:
    return {folded(phrase): kind for kind, text in words.items() for phrase in text.replace("\n", "").split("|")}


CERTAIN: Mapping[str, DutyKind] = _phrases(_CERTAIN)
TELLING: Mapping[str, DutyKind] = _phrases(_TELLING)
DOUBTFUL: Mapping[str, DutyKind] = _phrases(_DOUBTFUL)
ENDINGS: Mapping[str, DutyKind] = {unicodedata.normalize("NFC", end): kind for end, kind in _phrases(_ENDINGS).items()}
TURNING: frozenset[str] = frozenset(folded(phrase) for phrase in _TURNING.replace("\n", "").split("|"))
PASSING: frozenset[str] = frozenset(folded(phrase) for phrase in _PASSING.replace("\n", "").split("|"))
