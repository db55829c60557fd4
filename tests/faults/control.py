"""True pages that speak of what answers in place of a page speak of, each with a true edit."""

from __future__ import annotations

CHAIR = "Chair: T. Berg."
MEETS = "The group meets on 4 May 2037 in Callao and on 9 October 2037 in Busan."
ABOUT = (
    "It reports to the senior officials twice a year. Papers are sent two weeks ahead; members write to the "
    "secretariat to attend and to propose a topic for the agenda."
)
TOPICS: dict[str, str] = {
    "Maintenance": f"The group for the scheduled maintenance of cranes and quays. {MEETS} {CHAIR} {ABOUT}",
    "Maintenance Working Group": f"{MEETS} {CHAIR}",
    "Scheduled Maintenance Committee": "Which bridges are down for maintenance is agreed here. "
    + MEETS
    + " "
    + CHAIR,
    "Log in, log out: identity for small firms": f"How to sign in to customs services with one account. {MEETS}",
    "Login standards group": f"Forgot your password? The group writes the rules for what happens then. {MEETS} {ABOUT}",
    "Sign-in workshop": f"Members learn to log in with the new keys. {MEETS} {CHAIR}",
    "Robots": f"Robots in ports: are you a robot, asks the gate. {MEETS} {CHAIR} {ABOUT}",
    "robots.txt task force": f"It writes the rules that crawlers obey, and tells who may be blocked. {MEETS}",
    "Captcha research group": f"Can a service verify that you are human without a puzzle? {MEETS} {CHAIR} {ABOUT}",
    "Cookie policy group": f"Accept all, reject all: what people choose, and why. {MEETS} {CHAIR} {ABOUT}",
    "Cookies": f"We use cookies for the count of visitors. Consent is asked on the first visit. {MEETS} {ABOUT}",
    "Consent and data": f"We and our partners study how consent is given. {MEETS} {CHAIR} {ABOUT}",
    "Access denied": f"Why small firms get no credit, and what the forum proposes. {MEETS} {CHAIR} {ABOUT}",
    "Access to markets": f"Access restricted, access denied: barriers to trade. {MEETS} {CHAIR}",
    "Error": f"The working group on measurement error. {MEETS} {CHAIR} {ABOUT}",
    "Error budgets": f"An error occurred? The group asks who pays. {MEETS} {CHAIR} {ABOUT}",
    "Not found: lost cargo": f"Containers that could not be found, and where they were. {MEETS} {CHAIR} {ABOUT}",
    "404 Group": f"Artists against the page not found. {MEETS} {CHAIR} {ABOUT}",
    "Offline": f"A group for ports without a network. {MEETS} {CHAIR} {ABOUT}",
    "Redirects": f"How ships are redirected in storms. {MEETS} {CHAIR} {ABOUT}",
    "Loading": f"Loading docks, cranes and quays: please wait is what drivers hear. {MEETS} {CHAIR} {ABOUT}",
    "JavaScript study group": f"Enable JavaScript, or not? The group measures pages. {MEETS} {CHAIR} {ABOUT}",
    "Rate limits": f"Too many requests reach the registry; a rate limit is discussed. {MEETS} {CHAIR} {ABOUT}",
    "Blocked": f"Blocked waterways and how they are cleared. {MEETS} {CHAIR} {ABOUT}",
    "Service unavailable": f"Rural lines whose service is unavailable at night. {MEETS} {CHAIR} {ABOUT}",
    "Not available in your country": f"Geo-blocking and the rules against it. {MEETS} {CHAIR} {ABOUT}",
    "Security check": f"The group on security checks at ports. {MEETS} {CHAIR} {ABOUT}",
    "Be right back": f"A network for parents who return to work. {MEETS} {CHAIR} {ABOUT}",
    "Domains for sale": f"Trade in names: this domain is for sale, it says, and then? {MEETS} {CHAIR} {ABOUT}",
    "Members only": f"Clubs and cartels. Restricted to members, open to all? {MEETS} {CHAIR} {ABOUT}",
    "Technical difficulties group": f"The group looks at technical difficulties of small yards. {MEETS} {CHAIR}",
    "Wartung": f"Arbeitskreis für die Wartung der Kräne. Sitzung am 4. Mai 2037 in Kiel. Vorsitz: T. Berg. {ABOUT}",
    "Connexion": f"Le groupe pour la connexion des ports au rail. Réunion le 4 mai 2037 à Lyon. {ABOUT}",
    "Mantenimiento de puertos": f"El grupo se reúne el 4 de mayo de 2037 en Callao. Presidente: T. Berg. {ABOUT}",
    "メンテナンス部会": "港のクレーンのメンテナンスを研究する部会です。次回会合は2037年5月4日、横浜。座長は森です。",
    "系统维护工作组": "本工作组研究港口系统维护。下次会议:2037年5月4日,上海。主席:陈。",
    "시스템 점검 실무반": "항만 시스템 점검을 연구합니다. 다음 회의: 2037년 5월 4일, 부산. 의장: 김.",
    "Техническое обслуживание": f"Группа по обслуживанию кранов. Заседание 4 мая 2037 года в порту. {ABOUT}",
    "Nhóm bảo trì": f"Nhóm nghiên cứu bảo trì cầu cảng. Họp ngày 4 tháng 5 năm 2037 tại Đà Nẵng. {ABOUT}",
}
EDITS = (
    "The group will publish its report on quays in June 2037.",
    "Its secretary is M. Okoye since this spring.",
)
FORM = '<form action="/in"><input name="u"><input type="password" name="p"><button>Log in</button></form>'
BANNER = (
    "<div>We value your privacy. We and our partners use cookies. <button>Accept all</button>"
    "<button>Manage preferences</button></div>"
)
NOTICE = "<p>The registration service is down for maintenance on Sunday and will be back online at noon.</p>"
ADDITIONS = {"a form to log in": FORM, "a banner for cookies": BANNER, "a notice of maintenance": NOTICE}


def topical(title: str, text: str, *edits: str) -> str:
    said = "".join(f"<p>{part}</p>" for part in (text, *edits))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<h1>{title}</h1>{said}</body></html>"
    )
