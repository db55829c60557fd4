from __future__ import annotations

from collections.abc import Callable

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
