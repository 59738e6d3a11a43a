"""What kind of thing a question asks for, a reason or a number, and whether a text has one.

The words are those of thirteen languages; a text that writes a number in figures has one in any.
"""

from __future__ import annotations

import re

from language.text import fold

_WHY = re.compile(
    r"\b(?:why|how come|warum|wieso|weshalb|por que|pourquoi|perche|waarom|tai sao|vi sao)\b"
    r"|为什么|为何|因何|何故|なぜ|どうして|왜|почему|зачем|ทำไม"
)
_REASON = re.compile(
    r"\b(?:because|since|so|due to|owing to|thanks to|in order|otherwise|therefore|hence|thus"
    r"|reasons?|causes?|caused|results?|resulting|means?"
    r"|to (?:avoid|prevent|ensure|keep|protect|make|let|allow|help|save|stop|reduce)"
    r"|weil|denn|wegen|damit|sonst|da|um|daher|deshalb|grund"
    r"|porque|debido|para|pues|ya que|motivo|parce|car|afin|pour|puisque|en raison|a cause"
    r"|perche|poiche|affinche|per|causa|pois|devido|want|omdat|vi|do|de|boi|nen)\b"
    r"|因|由于|为了|以免|以便|避免|防止|所以|导致|否则|才能|使得|理由|以确保|为确保"
    r"|ため|ので|から|때문|위해|므로|해서|도록|니까"
    r"|потому|поскольку|чтобы|из-за|так как|причин|เพราะ|เพื่อ|เนื่องจาก"
)
_HOW_MANY = re.compile(
    r"\b(?:how (?:many|much)|wie ?viele?|cuant[oa]s?|combien|quant[oiae]s?|hoeveel|bao nhieu)\b"
    r"|多少|几(?!乎)|いくつ|いくら|何[人回個]|몇|얼마|сколько|กี่|เท่าไ"
)
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万两零〇½¼¾]|免费|无料"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|hundred|thousand|million|no|none|half|double|once|twice|single|both|dozen|free"
    r"|each|every|any|unlimited"
    r"|kein|keine|ein|eine|einen|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|zwanzig"
    r"|hundert|tausend|kostenlos|frei|un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez"
    r"|cien|mil|gratis|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|mille|gratuit\w*"
    r"|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|um|uma|dois|duas|quatro|oito|dez|twee|drie"
    r"|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|tram|nghin)\b"
    r"|하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉|열|무료"
    r"|од[ин]|дв[ае]|тр[ие]|четыр|пят|шест|сем|восем|девят|десят|сто|тысяч|бесплатн"
    r"|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|ฟรี"
)


def asks_why(question: str) -> bool:
    """Return True if a question asks for a reason."""
    return bool(_WHY.search(fold(question)))


def gives_reason(text: str) -> bool:
    """Return True if a text has a word that leads in a reason, a purpose or a result."""
    return bool(_REASON.search(fold(text)))


def asks_how_many(question: str) -> bool:
    """Return True if a question asks for a number or an amount."""
    return bool(_HOW_MANY.search(fold(question)))


def gives_number(text: str) -> bool:
    """Return True if a text has a number, in figures or words, or says that there is none."""
    return bool(_NUMBER.search(fold(text)))
