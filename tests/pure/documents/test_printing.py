"""Pages as they are printed: no line begins with a sign that must not begin one."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from coordinator.documents.printing import Text, pdf

SIGNS = "，；：！？。、）”》"


@pytest.mark.parametrize("sign", SIGNS)
def test_no_line_begins_with_a_closing_sign(sign: str) -> None:
    texts = [Text(text="检" * before + sign + "查" * 10) for before in range(25, 45)]
    pages = PdfReader(BytesIO(pdf("试", texts))).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert sum(sign in line for line in lines) == len(texts)
    assert not [line for line in lines if line.startswith(sign)]
