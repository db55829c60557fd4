"""What is known about a site besides its pages: its economies, how its project codes look, what it calls
things.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from config.layouts import Layout
from config.profile import Profile

# Fund, number and year, then letters for the session and a sub-activity: "SME 01 2015A", "M SCE 01 2011A-5".
CODE = r"[A-Z]{1,5}(?: [A-Z]{2,5})? \d{2,3} (?:19|20)\d{2}[A-Z]{0,2}(?:-\d{1,2})?"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Plain values, so that two readers with the same knowledge read alike; build it with `Knowledge.of`.

    `economies` are names with their other spellings, `code_patterns` regular expressions for a whole project
    code, `section_words` more words by what the sections under them hold (events, contacts, news, projects),
    `role_words` more names of roles, `decode_emails` whether protected addresses are to be decoded, `layouts`
    where fields stand on pages of a time (see `crawler.profiled.selectors`).
    """

    economies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    code_patterns: tuple[str, ...] = (CODE,)
    section_words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    role_words: tuple[str, ...] = ()
    decode_emails: bool = False
    layouts: tuple[Layout, ...] = ()

    @classmethod
    def of(
        cls,
        economies: Mapping[str, Sequence[str]] | None = None,
        code_patterns: Sequence[str] = (),
        section_words: Mapping[str, Sequence[str]] | None = None,
    ) -> Knowledge:
        """From a profile's values; without patterns of its own the general one stands."""
        return cls(
            tuple((name, tuple(spellings)) for name, spellings in sorted((economies or {}).items())),
            tuple(code_patterns) or (CODE,),
            tuple((holds, tuple(words)) for holds, words in sorted((section_words or {}).items())),
        )

    @classmethod
    def of_profile(cls, profile: Profile) -> Knowledge:
        """What a profile tells the reader."""
        return replace(
            cls.of(profile.economies, profile.codes, profile.words),
            role_words=profile.roles,
            decode_emails=profile.protected_emails == "decode",
            layouts=profile.layouts,
        )

    def fingerprint(self) -> str:
        """SHA-256 (hex) of all values."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()


DEFAULT = Knowledge()
