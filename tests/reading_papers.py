"""Reading a paper we made, as a person or a screen reader would."""

import re

import pikepdf


def words_of(pdf):
    """The text of a paper, letter by letter from its fonts' own tables."""
    found = []
    for page in pdf.pages:
        letters = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = page.Resources.Font[str(operands[0])]
                table = font.ToUnicode.read_bytes().decode("latin-1")
                letters = dict(re.findall(r"<(\w{4})> <(\w+)>\n", table))
            elif str(operator) in {"Tj", "TJ"}:
                parts = operands[0] if str(operator) == "TJ" else operands
                found += [
                    _decoded(bytes(part).hex(), letters)
                    for part in parts
                    if isinstance(part, pikepdf.String)
                ]
    return "".join(found)


def _decoded(shown, letters):
    codes = "".join(letters.get(glyph, "") for glyph in re.findall("....", shown))
    return bytes.fromhex(codes).decode("utf-16-be", "replace")
