"""What do servers say in other languages than English? Pure.

Asked only where the code says no more than "refused": a noun beside what is wrong with it, in
either order, since a bare "unknown" may be about anything.
"""

import re
from typing import Final

# German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian.
_WHO: Final = (
    r"(?:benutzer|empf[äa]e?nger|postfach|konto|adresse|utilisateur|destinataire|bo[îi]te|compte"
    r"|usuario|destinatario|direcci[óo]n|buz[óo]n|cuenta|usu[áa]rio|destinat[áa]rio|endere[çc]o"
    r"|caixa|conta|utente|indirizzo|casella|gebruiker|ontvanger|geadresseerde|postvak|adres"
    r"|u[żz]ytkownik|adresat|skrzynka|konto|пользовател|получател|ящик|адрес)\w*"
)
_NOBODY: Final = (
    r"(?:existiert nicht|nicht (?:gefunden|vorhanden|bekannt)|unbekannt\w*|n['’]existe pas"
    r"|introuvable|inconnue?|inexistante?|no (?:existe|encontrad[oa])|desconocid[oa]|inexistente"
    r"|n[ãa]o (?:existe|encontrad[oa])|desconhecid[oa]|non (?:esiste|trovat[oa])|sconosciut[oa]"
    r"|bestaat niet|onbekende?|niet gevonden|nie istnieje|nieznan\w|не (?:существует|найден\w*)"
    r"|неизвест\w+)"
)
_FULL: Final = (
    r"(?:ist voll|überfüllt|est pleine|pleine|(?:est[áa] )?llen[oa]|(?:est[áa] )?chei[ao]"
    r"|(?:è )?pien[oa]|is vol|pełna|przepełniona|переполнен\w*)"
)
_ASIAN_NOBODY: Final = (
    r"宛先不明|存在しません|存在しない|見つかりません|(?:地址|用户|邮箱|收件人)[^。\n]{0,40}不存在"
    r"|존재하지 않"
)
_ASIAN_FULL: Final = r"(?:邮箱|信箱)[^。\n]{0,20}(?:已满|空间不足)|容量を超え|満杯"


def _beside(what: str) -> str:
    return rf"{_WHO}\W[^.\n]{{0,60}}?{what}|{what}\W[^.\n]{{0,20}}?{_WHO}"


NOBODY: Final = re.compile(f"{_beside(_NOBODY)}|{_ASIAN_NOBODY}", re.IGNORECASE)
FULL: Final = re.compile(f"{_beside(_FULL)}|{_ASIAN_FULL}", re.IGNORECASE)
