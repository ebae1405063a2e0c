"""What people type of posts and booths, one on a line or between commas, as values of commands and back."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.errors import N_, FieldError, Invalid
from app.requests.domain import Post

_BETWEEN: Final = re.compile(r"[,;，；、\t]+")
_COUNT: Final = re.compile(r"(\d{1,5})\s*[人名]?")
_LONGEST_TITLE: Final = 200


def posts_of_text(text: str, majors: Mapping[str, str]) -> tuple[Post, ...]:
    """Read posts, one on a line: title, how many, majors by name or code. `majors`: code by word. Raises Invalid."""
    posts: list[Post] = []
    wrong: list[FieldError] = []
    for number, line in enumerate(text.splitlines(), start=1):
        title, *rest = [part.strip() for part in _BETWEEN.split(line.strip())] or [""]
        words = [word for word in rest if word]
        if not title:
            continue
        counts = [found[1] for word in words if (found := _COUNT.fullmatch(word))]
        named = [word for word in words if not _COUNT.fullmatch(word)]
        unknown = [word for word in named if word not in majors]
        if unknown:
            sentence = N_("Line {number}: there is no major “{word}”.")
            wrong.append(FieldError("posts", sentence, {"number": number, "word": unknown[0]}, "unknown-major"))
        elif len(counts) > 1 or (counts and not 1 <= int(counts[0]) <= 100_000) or len(title) > _LONGEST_TITLE:
            sentence = N_("Line {number}: a title, how many, and majors.")
            wrong.append(FieldError("posts", sentence, {"number": number}, "line"))
        else:
            codes = tuple(dict.fromkeys(majors[word] for word in named))
            posts.append(Post(title=title, headcount=int(counts[0]) if counts else 1, majors=codes))
    if wrong:
        raise Invalid(*wrong)
    return tuple(posts)


def text_of_posts(posts: Sequence[Post], names: Mapping[str, str], comma: str) -> str:
    """Give posts as one would type them. `names`: name by code of a major."""
    return "\n".join(
        comma.join([post.title, str(post.headcount), *(names.get(code, code) for code in post.majors)])
        for post in posts
    )


def names_of_text(text: str) -> tuple[str, ...]:
    """Give names that stand between commas or blanks."""
    return tuple(dict.fromkeys(name for name in re.split(r"[\s,;，；、]+", text) if name))
