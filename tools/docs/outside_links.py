"""A hook of MkDocs: links that leave docs/ become the path of the file, which must exist.

In the repository such a link opens the file; the site has only docs/.
"""

import logging
import re
from pathlib import Path
from typing import Any

LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#\s]+)(?:#[^)]*)?\)")

log = logging.getLogger("mkdocs.hooks.outside_links")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """The page's Markdown without links to files outside of docs/. Warns of files that do not exist."""
    docs = Path(config["docs_dir"]).resolve()
    source = Path(page.file.abs_src_path)

    def without_link(link: re.Match[str]) -> str:
        target = (source.parent / link[2]).resolve()
        if target.is_relative_to(docs):
            return link[0]
        if not target.exists():
            log.warning("%s links to %s, which does not exist", page.file.src_uri, link[2])
        path = target.relative_to(docs.parent).as_posix()
        return f"`{path}`" if link[1].strip("`/") == path else f"{link[1]} (`{path}`)"

    return LINK.sub(without_link, markdown)
