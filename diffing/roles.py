"""Who leaves a role and who comes into it: one change, not two."""

from __future__ import annotations

from collections.abc import Iterable

from diffing import fields as field_diff
from diffing.drafts import Draft, Look, Register
from diffing.match import folded
from diffing.verdict import Verdict
from diffing.versions import close_version, open_version
from storage.observations import PageState, Version
from storage.records import Contact, Record


def role_changes(
    state: PageState, gone: list[Version], come: list[Record], before: Look, after: Look, register: Register
) -> list[Draft]:
    """Takes out of `gone` and `come` whoever follows another in a role that the page names.

    A post that stands without a name is held by nobody; whoever comes into it changes the role too.
    """
    drafts = []
    for old, new in _successions(gone, come):
        gone.remove(old)
        come.remove(new)
        changed = field_diff.compare(old.record, new)
        close_version(state, old, before, after, Verdict.REPLACED)
        opened = open_version(state, new, after.first_seen, register)
        drafts.append(
            Draft(
                kind="role.changed",
                record_id=opened.record_id,
                record_kind=Contact.kind,
                before=old.record,
                after=new,
                before_id=old.record_id,
                fields=changed,
            )
        )
    return drafts


def _successions(gone: Iterable[Version], come: Iterable[Record]) -> list[tuple[Version, Record]]:
    """One for one; several at once only where nobody is among those who go, or those who come."""
    leaving: dict[str, list[Version]] = {}
    coming: dict[str, list[Record]] = {}
    for version in gone:
        leaving.setdefault(_role(version.record), []).append(version)
    for record in come:
        coming.setdefault(_role(record), []).append(record)
    pairs: list[tuple[Version, Record]] = []
    for role in [role for role in leaving if role and role in coming]:
        old, new = leaving[role], coming[role]
        sure = len(old) == len(new) == 1
        if sure or _nobody(version.record for version in old) or _nobody(new):
            pairs += zip(old, new, strict=False)
    return pairs


def _nobody(records: Iterable[Record]) -> bool:
    return all(isinstance(record, Contact) and not record.name for record in records)


def _role(record: Record) -> str:
    if not isinstance(record, Contact) or not record.role:
        return ""
    return f"{folded(record.role)}|{folded(record.group)}"
