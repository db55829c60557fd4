"""What headings of sections are made of, in the languages of such pages. Latin words stand without accents."""

from __future__ import annotations

import re

EVENTS, CONTACTS, NEWS, PROJECTS, TEXT = "events", "contacts", "news", "projects", "text"

_WORDS = {
    EVENTS: """
        event events meeting meetings calendar workshop workshops conference conferences seminar seminars
        webinar webinars summit summits forum fora concerts sessions plenaries teleconferences telecons
        plenary hearing hearings f2f face-to-face meetup meetups symposium symposia trainings consultations
        congress congresses gathering gatherings
        reunion reuniones evento eventos taller talleres calendario seminarios conferencias jornadas
        reunions evenement evenements atelier ateliers calendrier seminaires seances
        termine veranstaltungen sitzungen tagungen veranstaltungskalender sitzungstermine
        reunioes reuniao oficinas encontros riunioni eventi acara kegiatan pertemuan rapat
        hop kien thao
    """,
    CONTACTS: """
        contact contacts leadership leader leaders chair chairs co-chair co-chairs chairperson chairpersons
        chairmen vice-chair vice-chairs officer officers secretariat convenor convenors convener conveners
        organizers organisers coordinators coordinator bureau people delegates lead leads maintainers staff
        focal chairman presidents vice-presidents rapporteurs personnel facilitators liaisons
        contacto contactos puntos focales enlaces directorio integrantes
        autoridades presidencia directiva secretaria coordinacion coordinadores
        secretariat presidence coordonnees responsables focaux interlocuteurs
        kontakt kontakte kontaktpersonen ansprechpartner ansprechpartnerinnen vorstand leitung geschaftsstelle obleute
        contato contatos coordenacao equipe contatti kontak lien
    """,
    NEWS: """
        news newsroom announcements announcement headlines press
        noticias comunicados novedades actualites nouvelles communiques neuigkeiten aktuelles nachrichten
        pressemitteilungen meldungen notizie berita tin
    """,
    PROJECTS: """
        project projects subprojects sub-projects deliverables specifications
        proyectos proyecto projets projet projekte projetos projeto progetti proyek duan
    """,
}
WORDS = {holds: frozenset(words.split()) for holds, words in _WORDS.items()}
# Words that may stand beside a telling one, as acronyms may; with any other it is about something else.
_BESIDE = """
the a of and & our all key main current recent latest upcoming past previous next future forthcoming other
list calendar schedule archive archived working group team technical committee information details for us
who we are regular special interim rapporteur informal ordinary extraordinary expert subgroup
releases release articles stories emeritus steering programme program vice co person persons
point points member members board global regional national annual ongoing on-going completed active related funded
self-funded meeting dates in on at page subproject project organizing organising management executive
planned scheduled date management scientific local honorary dates
nacionales nacional nationaux nationale nationales
de del la las el los y e en para proximas proximos proxima proximo pasadas pasados anteriores nuestros grupo
comite trabajo ordinarias tecnico tecnica realizadas recientes ultimas ultimos
des du les le et a prochaines prochains prochaine passees venir nos
und der die das unsere kommende vergangene nachste aktuelle ihre fur
do da dos das passadas futuras os as realizadas
di e i le prossimi prossime dei delle
lich cuoc hoi su he tuc thanh vien cac sap toi
"""
BESIDE = frozenset(_BESIDE.split())
PHRASES = {
    "what's new": NEWS,
    "what is new": NEWS,
    "whats new": NEWS,
    "latest updates": NEWS,
    "updates": NEWS,
    "quoi de neuf": NEWS,
    "in the media": NEWS,
    "what's on": EVENTS,
    "save the date": EVENTS,
    "save the dates": EVENTS,
    "upcoming": EVENTS,
    "agenda de actividades": EVENTS,
    "current work": PROJECTS,
    "ongoing work": PROJECTS,
    "work in progress": PROJECTS,
    "work items": PROJECTS,
    "current work items": PROJECTS,
    "active work items": PROJECTS,
    "workstreams": PROJECTS,
    "work streams": PROJECTS,
}
"""Whole headings whose single words tell nothing."""
# Scripts without spaces: a short heading that has one of these in it.
_SCRIPT_WORDS = {
    NEWS: "新闻 新聞 公告 ニュース お知らせ 新着 뉴스 소식 공지 보도",
    CONTACTS: "联系 联络 聯絡 連絡 お問い合わせ 問合せ 問い合わせ 窓口 事務局 役員"
    " 组织机构 负责人 연락처 문의 임원 담당자",
    EVENTS: "会议 會議 会議 活动 活動予定 開催 日程 イベント セミナー 研讨会 행사 회의 일정 세미나",
    PROJECTS: "项目 專案 プロジェクト 事業一覧 프로젝트 사업",
}
SCRIPT_WORDS = {holds: tuple(words.split()) for holds, words in _SCRIPT_WORDS.items()}
SCRIPTS_FROM = "\u2e80"
LONGEST_SCRIPT = 14
# Of two telling words the more telling one wins: "Project news" is news, "Meeting contacts" are contacts.
ORDER = (NEWS, CONTACTS, EVENTS, PROJECTS)
OF_OTHERS = re.compile(
    r"\b(?:about the authors?|authors?|speakers?|keynotes?|presenters?|panel(?:l?ists?| discussion)|lecturers?"
    r"|sponsors?|partners|testimonials?|related|quotes?|ponentes|oradores|intervenants|orateurs|referenten|palestrantes)\b",
    re.I,
)
"""In the title of a part whose people are nobody's contacts."""
NO_LONGER = frozenset({"past", "former", "previous", "emeritus", "emeriti", "ex", "historical"})
"""Of people these say that they are no contacts any more."""
