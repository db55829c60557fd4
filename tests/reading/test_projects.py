from __future__ import annotations

from collections.abc import Callable

from crawler.reading import read as read_bytes
from storage.records import Reading

Read = Callable[[str], Reading]

FORM = {
    "Project No.": "RWG 05 2019A",
    "Project Title": "Colder Chains",
    "Project Status": "Completed Project",
    "Fund Account": "General Project Account",
    "Sub-fund": "None",
    "Project Year": "2019",
    "Total Project Value (USD)": "120,400",
    "Topics": "Fisheries; Trade",
    "Proposing Economy(ies)": "New Zealand",
    "Co-Sponsoring Economies": "Chile; Papua New Guinea",
    "Expected Start Date": "01/11/2019",
    "Expected Completion Date": "31/12/2020",
    "Project Proponent Name 1": "Ada Low",
    "Job Title 1": "Principal Adviser",
    "Organization 1": "Ministry of Tides",
    "Email 1": "ada@tide.example",
    "Project Proponent Name 2": "Not Applicable",
}


def test_a_form_of_labels_and_values_is_one_project_with_its_proponents(read_html: Read) -> None:
    rows = "".join(f"<tr><td><h3>{label}</h3></td><td>{value}</td></tr>" for label, value in FORM.items())
    reading = read_html(f"<table>{rows}</table>")
    (project,) = reading.projects
    assert (project.code, project.title, project.economy) == ("RWG 05 2019A", "Colder Chains", "New Zealand")
    assert project.co_sponsors == ("Chile", "Papua New Guinea")
    assert (project.status, project.year, project.amount) == ("Completed Project", "2019", "120,400")
    assert (project.starts_on, project.ends_on) == ("2019-11-01", "2020-12-31")
    assert project.topics == ("Fisheries", "Trade")
    assert [(c.name, c.role, c.organization, c.email) for c in reading.contacts] == [
        ("Ada Low", "Principal Adviser", "Ministry of Tides", "ada@tide.example")
    ]
    assert reading.events == ()


def test_a_table_tells_leads_from_co_sponsors(read_html: Read) -> None:
    (project,) = read_html(
        "<h2>Projects</h2><table><tr><th>Project Number<th>Title<th>Proposing Economy<th>Co-sponsors<th>Status</tr>"
        "<tr><td>RWG 01 2021A<td>Reef Data<td>Viet Nam<td>Australia; Japan<td>Completed</tr></table>"
    ).projects
    assert (project.code, project.title, project.economy, project.co_sponsors, project.status) == (
        "RWG 01 2021A",
        "Reef Data",
        "Viet Nam",
        ("Australia", "Japan"),
        "Completed",
    )


def test_the_number_of_an_article_is_no_project(read_html: Read) -> None:
    assert read_html("<p>Article no. TK 09 2021A</p>").projects == ()


def test_a_form_without_a_label_for_the_title_is_called_as_its_page() -> None:
    pairs = "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in FORM.items() if k != "Project Title")
    page = f"<title>Colder Chains</title><h1>Colder Chains</h1><table>{pairs}</table>"
    [project] = read_bytes(page.encode(), content_type="text/html").projects
    assert (project.code, project.title) == ("RWG 05 2019A", "Colder Chains")


def listed(items: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    page = f"<title>Reef</title><h1>Reef Group</h1><h2>Projects</h2>{items}"
    found = read_bytes(page.encode(), content_type="text/html; charset=utf-8").projects
    return [(p.code, p.title, p.economy, p.status) for p in found]


def test_economy_and_status_stand_behind_a_title_in_several_ways() -> None:
    assert listed(
        "<ul><li>REF 01 2019A - Cargo Papers (Viet Nam) Completed</li>"
        "<li>Lamp Training (REF 02 2018) \u2013 Canada</li>"
        "<li>\u5cb8\u7535\u6280\u672f\uff08REF 02 2022A\uff09 \u7275\u5934\uff1a\u65b0\u52a0\u5761</li></ul>"
    ) == [
        ("REF 01 2019A", "Cargo Papers", "Viet Nam", "Completed"),
        ("REF 02 2018", "Lamp Training", "Canada", None),
        ("REF 02 2022A", "岸电技术", "新加坡", None),
    ]


def test_labels_in_one_line_below_a_title() -> None:
    card = "<h3><a href='/reeds'>Reeds for Harbours</a></h3><p>Lead: Denmark \u00b7 Status: Ongoing \u00b7 2022</p>"
    assert listed(card + card.replace("Reeds for Harbours", "Eelways").replace("Denmark", "Portugal")) == [
        (None, "Reeds for Harbours", "Denmark", "Ongoing"),
        (None, "Eelways", "Portugal", "Ongoing"),
    ]


def test_columns_in_spanish() -> None:
    head = "<tr><th>Código</th><th>Nombre del proyecto</th><th>Economía proponente</th><th>Copatrocinadores</th></tr>"
    row = "<tr><td>FAR 01 2022</td><td>Faros aislados</td><td>Perú</td><td>Chile; México</td></tr>"
    assert listed(f"<table>{head}{row}</table>") == [("FAR 01 2022", "Faros aislados", "Perú", None)]


def test_who_answers_for_a_project_is_no_project() -> None:
    assert (
        listed("<dl><dt>Project overseer</dt><dd>Ms Cora Mang</dd><dt>Chair</dt><dd>Mr Al Whit</dd></dl>")
        == []
    )


def test_a_number_among_other_words_in_brackets_is_no_projects_code() -> None:
    page = (
        "<title>Tank</title><h1>New tank</h1><p>The tank cost a million (grant HYD 12 2021B of the bank).</p>"
    )
    assert read_bytes(page.encode(), content_type="text/html").projects == ()


def test_a_case_of_law_in_brackets_is_no_project_and_a_project_in_a_sentence_is_one() -> None:
    def codes(sentence: str) -> list[str | None]:
        page = f"<title>Tank</title><h1>New tank</h1><p>{sentence}</p>"
        return [project.code for project in read_bytes(page.encode(), content_type="text/html").projects]

    assert codes("In Harbour Board v Finch (HCA 12 2021) the court had to decide who pays.") == []
    assert codes("The group finished its project on tanks (HYD 12 2021) in the spring.") == ["HYD 12 2021"]
    assert codes("Tanks were studied at length (HYD 12 2021A) in the spring of that year.") == [
        "HYD 12 2021A"
    ]


def test_what_an_item_tells_about_its_project_is_no_title(read_html: Read) -> None:
    reading = read_html(
        "<h1>Tide Group</h1><h2>Current work</h2><ul>"
        "<li><a href='/guide'>Guide to the tides of the bay</a> to help skippers.</li>"
        "<li><a href='/schema'>Open Tide Schema</a> (incubating) - a longer paper</li>"
        "<li>Tide landscape - a deeper picture of the bay</li><li>Tides - Past and Present</li></ul>"
    )
    assert [p.title for p in reading.projects] == [
        "Guide to the tides of the bay",
        "Open Tide Schema",
        "Tide landscape",
        "Tides - Past and Present",
    ]
