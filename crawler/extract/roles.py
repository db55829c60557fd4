"""Roles and bodies by their nouns, in the languages of such pages; the years a role is held."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crawler.extract.words import SCRIPTS_FROM

_ROLE_NOUNS = r"""
chair(?:man|woman|person|s|men|persons)? chairs?\(s\) director directors secretary secretaries co-?ordinators?
leads? leaders? officers? managers? head heads officials? ministers? conven[oe]rs? convenors? delegates?
representatives? advis[eo]rs? counsell?ors? attach[eé] presidents? executive specialist analyst rapporteurs?
liaisons? commissioner governor treasurer moderator facilitators? assistant associate deputy contacts?
focal\ points? monitor maintainers? organi[sz]ers? economist ambassador consul professor lecturer researcher
editors? editor-in-chief spokesperson spokes(?:man|woman) ceo cto cfo founder partner consultant engineer expert
shepherd overseer administrator inspector chief scientist registrar trustee clerk principal undersecretary
(?:president|chair|treasurer|secretary)-elect secret[aá]ri[oa]-executiv[oa] (?:members?|directors?)[-\ ]at[-\ ]large
programmer? curator alternates? steward chairholder
diretora? directora? directeur directrice presidente presidenta pr[eé]sidente?s? vicepresident[ea] jefe jefa
coordinadora? coordenadora? coordonnateur coordonnatrice coordinatrice secret[aá]ri[oa] secr[eé]taire responsable
chef chef(?:fe)? chercheur chercheuse tr[eé]sori[eè]re? tesorer[oa] tesoureir[oa] subdirectora? subsecretari[oa] gerente
investigadora? pesquisadora? profesional\ (?:especializad[oa]|superior) enlace
points?\ foca(?:l|ux) puntos?\ foca(?:l|les) pontos?\ foca(?:l|is) correspondante?
encargad[oa] asesora? assessora? charg[eé]e?\ de rapporteure? harbou?r\ masters? consejer[oa]
vorsitzende[rn]? vorsitz obmann obfrau leiter(?:in)? gesch[aä]ftsf[uü]hrer(?:in)? gesch[aä]ftsstelle
sprecher(?:in)? direktor(?:in)? schatzmeister(?:in)? beisitzer(?:in)? referent(?:in)? koordinator(?:in)?
sekret[aä]r(?:in)? segretari[oa] responsabile
ketua sekretaris
tr[uư][oở]ng\ (?:nhóm|ban|phòng|đoàn) phó\ (?:trưởng\ )?(?:nhóm|ban|chủ\ tịch) chủ\ tịch
thư\ ký giám\ đốc điều\ phối\ viên bendahara koordinator presidente coordinatore coordinatrice
(?:со)?председатель (?:заместител[ья]|зам\.?)\ председателя секретарь координатор руководитель директор модератор
przewodnicząc[ya] sekretarz předseda tajemník voorzitter secretaris ordförande sekreterare başkan
"""
_ROLE_SCRIPTS = """
主席 副主席 联席主席 共同主席 主任 副主任 秘书长 副秘书长 秘书 秘書長 秘書 会长 副会长 會長 组长 副组长 召集人
负责人 联系人 联络人 协调员
会長 副会長 議長 副議長 共同議長 事務局 事務局長 委員長 副委員長 座長 代表 幹事 主査 部会長 理事長 担当 担当者
院长 教授 副教授 总工程师 工程师 研究员 处长 司长 局长 部长 科长 室长 总经理 经理 董事长 理事长 理事 委员 顾问
教授 准教授 課長 部長 局長 次長 室長 参事官 課長補佐 研究員 主任研究員 委員 監事 顧問 理事
교수 부교수 과장 국장 실장 차장 부장 사무관 서기관 연구위원 위원 이사장 이사 책임연구원
강사 교사 소장 원장 센터장 학장 총장 대표 명예교수 석좌교수 겸임교수 연구교수 연구원 석사과정 박사과정
의장 부의장 공동의장 간사 위원장 부위원장 회장 부회장 사무국 사무국장 사무총장 담당자 팀장 총괄
"""
_ORG_NOUNS = r"""
ministry ministerio minist[eè]re minist[eé]rio ministerium department dept departamento secretariat
institutes? instituto institut institution university universidad universit[eéäà]t? universidade
hochschule agency agencia ag[eê]ncia
administration administrations commission comisi[oó]n comiss[aã]o council consejo conseil conselho committee comit[eé]
bureau office directorate direcci[oó]n direction division cent(?:re|er) centro authority autoridad beh[oö]rde bundesamt
board bank banco banque association asociaci[oó]n associa[cç][aã]o verband verein foundation fundaci[oó]n stiftung
corporation corp inc ltd limited llc gmbh company co\. organi[sz]ation society college
school academy academia federation chamber embassy government affairs services? unit section network
union laborator(?:y|ies) observatory trust parliament
treasury customs delegation mission group consortium initiative partnership enterprises? industry trade commerce branch
fund systems labs? ag oy plc pty
bộ viện cục tổng\ cục trường đại\ học
coordena[cç][aã]o coordinaci[oó]n secretar[ií]a comitato commissione komitee ausschuss komisja
министерство департамент университет институт академия комитет комиссия совет кафедра факультет лаборатория
агентство служба центр управление отдел бюро секретариат общество ассоциация фонд
"""
_ORG_ENDS = """
部 局 厅 廳 省 庁 院 委员会 委員会 委員會 大学 大學 学院 学校 研究所 研究院 研究会
研究センター 协会 協会 協會 学会 公司 会社 机构 機構 中心 センター 财团 財団 법인 대학교 연구원
연구소 협회 위원회 협의회 공사 센터 재단 부처 청 산부 업부 교부 상부 통부 경부 토부 원부 제부 육부 무부 방부 지부
"""
PREFIX = r"(?:(?:vice|co|deputy|sub|under|ex|vize|stellv\.?|acting|interim)[-\s]?)?"


def _alternatives(listed: str) -> str:
    return "|".join(re.split(r"(?<!\\)\s+", listed.strip()))


ROLE_SCRIPTS = frozenset(_ROLE_SCRIPTS.split())
ROLE = re.compile(rf"(?<![\w])(?:{PREFIX}(?:{_alternatives(_ROLE_NOUNS)}))(?![\w-])", re.I)
ORG = re.compile(rf"(?<!\w)(?:{_alternatives(_ORG_NOUNS)})(?!\w)", re.I)
ORG_IN_SCRIPT = re.compile(rf"[\u2e80-\uffef\w]{{1,30}}(?:{_alternatives(_ORG_ENDS)})")
# A rank behind the name of an office: "漁政課長", "国际合作处处长", "해양정책과장".
IN_OFFICE = re.compile(
    r"[\u2e80-\uffef]{2,12}(?:[处司局部科室課次]长|[課部局次室]長|事務局長|과장|국장|실장)"
)
# A post of a body or of an event: "学术委员会主席", "大会名誉主席", "実行委員長", "企業展示担当", "조직위원장".
IN_BODY = re.compile(
    r"(?:[\u2e80-\uffef]{1,12}(?:委员会|委員会|委員會|理事会|小组|大会|会议|會議|学会|協会|协会|위원회|학회)"
    r"|大会|会议|會議|学术|學術|程序|组织|組織|执行|執行|実行|運営|プログラム|조직|집행|학술|프로그램|준비|운영|실무)?"
    r"(?:名誉|名譽|荣誉|共同|联合|联席|常务|执行|学术|副|명예|공동|부){0,2}"
    r"(?:主席|主任委员|主任|委员|委員長|副委員長|委員|秘书长|秘書長|秘书|顾问|顧問|幹事|위원장|위원|간사|의장|총무)"
    r"|[\u3040-\u9fff]{2,14}(?:担当|委員長)"
)
MEMBER = re.compile(
    r"(?:board |committee |ordinary |founding )?member|membre|miembro|vocal|mitglied|membro|anggota|член"
    r"|委员|委員|위원",
    re.I,
)
"""A role where it stands alone; "Member economies" are none."""
MEMBERS = re.compile(
    r"(?:(?:board|committee|other|ordinary|regular) )?members|membres|miembros|vocales|mitglieder|membros|membri"
    r"|anggota|члены(?: комитета)?|委员|委員|위원",
    re.I,
)
"""A line over those who have no role of their own."""
YEARS = r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?"
TERM = re.compile(
    rf"\s*[,(–—-]?\s*(?:for\s+)?"
    r"(?P<term>(?:(?:since|until|till|through|from|to|term ends|until end)(?: the)?(?: end)?(?: of)?\s+)?"
    rf"{YEARS}(?:\s*[-–—/]\s*(?:(?:19|20)\d\d|\d\d|present|today))?)\s*\)?\s*$",
    re.I,
)


NO_WORDS: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def is_role(text: str, words: frozenset[str] = NO_WORDS) -> bool:
    """A role, not a body: its noun comes before any of a body's, or last ("Office Manager").

    `words` are more names of roles, those that a site has of its own.
    """
    bare = text.strip(" :")
    if bare.removeprefix("副") in ROLE_SCRIPTS or MEMBER.fullmatch(bare):
        return True
    if bare > SCRIPTS_FROM and (
        IN_OFFICE.fullmatch(bare) or IN_BODY.fullmatch(bare.replace("조직 ", "조직"))
    ):
        return True
    shape = role_shape(words)
    role = shape.search(text) if len(text) <= 160 else None
    if role is None:
        return False
    body = ORG.search(text)
    if body is None or role.start() < body.start():
        return True
    last = list(shape.finditer(text))[-1]
    return last.end() >= len(TERM.sub("", text).rstrip()) and not re.search(r"\b(?:of|for)\b", text)


@cache
def role_shape(words: frozenset[str]) -> re.Pattern[str]:
    """What finds the nouns of roles, and these words as one or as several."""
    if not words:
        return ROLE
    own = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"{ROLE.pattern}|(?<![\w-])(?:{own})s?(?![\w-])", re.I)


@lru_cache(maxsize=4096)
def is_body(text: str) -> bool:
    """An organisation or a part of one, by its nouns."""
    if len(text) > 160:
        return False
    text = text.strip()
    return ORG.search(text) is not None or (
        ORG_IN_SCRIPT.fullmatch(text) is not None and text not in ROLE_SCRIPTS
    )


def rank_of_body(text: str) -> int:
    """How far up a body stands: a ministry before a department before an office."""
    if re.search(
        r"\b(?:ministry|ministerio|government|university|secretariat|inc|ltd|gmbh|corporation|bank|parliament)\b",
        text,
        re.I,
    ):
        return 3
    if re.search(r"\b(?:bureau|directorate|division|office|unit|section|branch)\b", text, re.I):
        return 1
    return 2


def split_term(role: str) -> tuple[str, str | None]:
    """A role and the years it is held, "Vice Chair (2021-2022)"."""
    found = TERM.search(role) if "19" in role or "20" in role else None
    if found is None or not role[: found.start()].strip():
        return role, None
    return role[: found.start()].strip(" ,("), re.sub(r"\s*[–—/-]\s*", "-", found["term"])


def split_body_off(role: str) -> tuple[str, str | None]:
    """A body glued to the end of a role: "Assistant Secretary for X International Trade Administration"."""
    found = re.search(
        r"(?<=\w)\s+(?P<body>(?:International|National|Federal|Central|Royal|State|Ministry|Department|Office|Bureau)\b[^,;()]*)$",
        role,
    )
    if (
        found is None
        or not is_body(found["body"])
        or re.search(r"\b(?:of|for|the|and|to|in|at)\s*$", role[: found.start()], re.I)
    ):
        return role, None
    return role[: found.start()].strip(), found["body"]


def is_plural(role: str) -> bool:
    """The role of several: "Chairs", "Team Contacts"."""
    role = role.strip(" :").lower()
    if role.endswith("(s)"):
        return True
    return role.endswith("men") or (role.endswith("s") and not role.endswith("ss"))


ORDERED = re.compile(r"\s*\((?:in\s+)?(?:alphabetical|no particular)(?:\s+order)?[^()]*\)$", re.I)
"""What a heading says of the order of those below."""


def singular(role: str) -> str:
    """The role that a heading gives to several: "Technical Leads" is "Technical Lead" for each."""
    role = ORDERED.sub("", role.strip(" :"))
    if role.lower().endswith("(s)"):
        return role[:-3]
    if role.lower().endswith("men"):
        return role[:-2] + "an"
    return role[:-1] if is_plural(role) else role


@lru_cache(maxsize=4096)
def is_role_label(text: str, words: frozenset[str] = NO_WORDS) -> bool:
    """A few words that name a role: "Chairs", "Team Contacts", "Steering Liaison"; not "Contacts"."""
    text = split_term(text.strip(" :"))[0]
    said = text.casefold().split()
    if not said or len(said) > 5 or any(ch in text for ch in "@,;."):
        return False
    if said[0] == "list" or re.fullmatch(
        r"(?:key |main |our |secretariat |press )?contacts?(?: us)?|联系人|联络人|担当者?|담당자", text, re.I
    ):
        return False
    return is_role(text, words)
