"""Pages of the guide that are made from the code in part: what stands between two marks."""

BEGIN, END = "<!-- table: made by `make schema` -->", "<!-- end of table -->"


def with_table(page: str, table: str) -> str:
    """The page with the table between the two marks. Raises ValueError where a mark is missing."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError("the page has no marks between which the table could stand")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"
