"""Tables of people whose first row names the columns without saying so in the markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from storage.document import Block, BlockKind

COLUMNS = {
    "name": re.compile(
        r"\b(?:names?|contact|person|member|delegate|official|representative|who|nombres?|nom|nome"
        r"|punto focal|point focal|ponto focal|titular|enlace|referente|responsable|nama)\b"
        r"|姓名|氏名|名前|성명|이름|họ và tên|фио|имя",
        re.I,
    ),
    "role": re.compile(
        r"\b(?:roles?|positions?|titles?|functions?|designation|capacity|job|cargo|puesto|funci[oó]n|fonction|fun[cç][aã]o|qualit[eé]|rol|papel|funktion|rolle|ruolo|qualifica|jabatan)\b"
        r"|职务|职位|役職|직책|직위|chức vụ|должность|роль",
        re.I,
    ),
    "organization": re.compile(
        r"\b(?:organi[sz]ations?|affiliations?|institutions?|company|agency|ministry|employer|body|instituci[oó]n|entidad"
        r"|organizaci[oó]n|organismo|organisme|organisation|institui[cç][aã]o|adscripci[oó]n|a?fili?a[cç](?:i[oó]n|[aã]o)"
        r"|einrichtung|dienststelle|[eé]tablissement|ente|affiliazione|instansi|lembaga)\b"
        r"|单位|所属|機関|소속|기관|đơn vị|cơ quan|организация|учреждение|место работы",
        re.I,
    ),
    "department": re.compile(r"\b(?:department|division|unit|office|departamento|部署|부서)\b", re.I),
    "economy": re.compile(
        r"\b(?:economy|country|state|nation|member economy|pa[ií]s|pays|econom[ií]a|land|paese|negara)\b"
        r"|国家|経済|국가|quốc gia|страна",
        re.I,
    ),
    "email": re.compile(r"\b(?:e-?mail|address|correo|courriel)\b|邮箱|メール|이메일", re.I),
    "phone": re.compile(
        r"\b(?:phone|tel|telephone|mobile|tel[eé]fono|t[eé]l[eé]phone)\b|电话|電話|전화", re.I
    ),
}
"""What columns of people are called, by the field."""
NAME = re.compile(
    r"(?:full |contact )?names?|person|nombres?(?: y apellidos?)?|apellidos? y nombres?|nom(?: et pr[eé]nom)?s?"
    r"|pr[eé]nom et nom|nome(?: e cognome)?|nama(?: lengkap)?|vor- und nachname|фио|имя"
    r"|姓名|氏名|名前|성명|이름|họ (?:và )?tên",
    re.I,
)
BESIDE = re.compile(
    r"roles?|functions?|positions?|titles?|job title|designation|capacity|countr(?:y|ies)|econom(?:y|ies)|member state"
    r"|organi[sz]ations?|affiliations?|institutions?|company|agency|ministry|e-?mail(?: address)?|phone|telephone"
    r"|cargo|puesto|funci[oó]n|instituci[oó]n|pa[ií]s|econom[ií]a|correo(?: electr[oó]nico)?|fonction|pays|organisme"
    r"|fun[cç][aã]o|rol|adscripci[oó]n|a?fili?aci[oó]n|a?fili?a[cç][aã]o|institui[cç][aã]o|funktion|einrichtung|ruolo|affiliazione"
    r"|jabatan|instansi|должность|организация|страна|место работы"
    r"|职务|单位|职位|役職|所属|직책|직위|소속|chức vụ|đơn vị|cơ quan",
    re.I,
)
LONGEST = 40


def name_columns(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with the names of columns that a plain first row gives set on the rows below it."""
    named: list[Block] = []
    headers: tuple[str, ...] = ()
    is_inside = False
    for block in blocks:
        if block.kind is not BlockKind.ROW or block.headers:
            headers, is_inside = (), False
            named.append(block)
        elif not is_inside and _names_columns(block):
            headers, is_inside = tuple(cell.replace("\n", " ") for cell in block.cells), True
        else:
            is_inside = True
            fits = headers and len(headers) == len(block.cells)
            named.append(replace(block, headers=headers) if fits else block)
    return tuple(named)


def _names_columns(block: Block) -> bool:
    cells = [cell.strip(" :") for cell in block.cells if cell.strip()]
    if len(cells) < 2 or any(len(cell) > LONGEST for cell in cells):
        return False
    return any(NAME.fullmatch(cell) for cell in cells) and any(BESIDE.fullmatch(cell) for cell in cells)
