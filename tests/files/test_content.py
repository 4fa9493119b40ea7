"""A file is what its content says; of a photo, others get the pixels and nothing else."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gridsvc.files.content import copies, look_at
from gridsvc.files.faults import Unacceptable
from gridsvc.files.keys import Copy
from gridsvc.files.kinds import Kind
from gridsvc.files.naming import named
from tests.files.photos import COMMENT, MAKER, PLACE, bomb, photo, telling_photo

MOST = 1_000_000
SCRIPT = b"<html><script>alert(1)</script></html>"


def archive(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return out.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")
SHEET = ("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), Kind.JPEG),
        (photo(form="PNG"), Kind.PNG),
        (photo(form="WEBP"), Kind.WEBP),
        (b"%PDF-1.7\n", Kind.PDF),
        (archive(*WORD), Kind.DOCX),
        (archive(*SHEET), Kind.XLSX),
    ],
)
def test_a_kind_is_told_by_its_content(content: bytes, kind: Kind) -> None:
    assert look_at(content, most_pixels=MOST).kind is kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "kind_not_taken"),
        (SCRIPT, "kind_not_taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind_not_taken"),
        (photo(form="GIF"), "kind_not_taken"),
        (b"PK\x03\x04" + bytes(50), "kind_not_taken"),
        (archive("evil.exe"), "kind_not_taken"),
        (archive(*WORD, "xl/workbook.xml"), "kind_not_taken"),
        (archive(*WORD, "word/vbaProject.bin"), "macros_inside"),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, "picture_damaged"),
        (b"\xff\xd8\xff" + SCRIPT, "picture_damaged"),
        (photo(600, 400)[:900], "picture_damaged"),
        (photo(1001, 1000), "too_many_pixels"),
        (bomb(10_000), "too_many_pixels"),
        (bomb(100_000), "too_many_pixels"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        look_at(content, most_pixels=MOST)
    assert refused.value.code == code
    assert refused.value.zh


# Pillow warns of what it leaves out.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@pytest.mark.filterwarnings("ignore::UserWarning:PIL.Image")
@pytest.mark.filterwarnings("ignore::UserWarning:PIL.JpegImagePlugin")
@settings(max_examples=25)
@given(st.data())
def test_a_photo_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(telling_photo())
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(3, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        seen = look_at(bytes(content), most_pixels=MOST)
    except Unacceptable:
        return
    assert seen.kind is Kind.JPEG
    assert Copy.PUBLIC in copies(bytes(content), seen.kind, most_pixels=MOST)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
class TestWhatAPhotoTells:
    def test_it_is_read(self, form: str) -> None:
        seen = look_at(telling_photo(form), most_pixels=MOST)
        assert seen.told == {
            "make": MAKER,
            "model": "P1",
            "taken_at": "2026:11:21 08:15:00",
            "lon": PLACE[0],
            "lat": PLACE[1],
        }
        assert seen.size == (48, 64)  # it lies on its side

    def test_others_get_none_of_it(self, form: str) -> None:
        content = telling_photo(form) + SCRIPT
        drawn = copies(content, Kind(form.lower()), most_pixels=MOST)
        assert set(drawn) == {Copy.PUBLIC, Copy.SMALL, Copy.LARGE}
        for one in drawn.values():
            for secret in (b"Exif", b"EXIF", b"Verrat", b"2026:11", COMMENT, b"script"):
                assert secret not in one
            with Image.open(BytesIO(one)) as picture:
                assert not picture.getexif()

    def test_they_see_it_the_right_way_up(self, form: str) -> None:
        drawn = copies(telling_photo(form), Kind(form.lower()), most_pixels=MOST)
        with Image.open(BytesIO(drawn[Copy.PUBLIC])) as picture:
            assert picture.size == (48, 64)
            top = picture.convert("RGB").getpixel((24, 8))
        assert isinstance(top, tuple)
        assert top[0] > 200  # red, which was to the left


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [((1.0,), (1.0,)), ((400.0, 0.0, 0.0), (1.0, 0.0, 0.0)), ((1.0, 0.0, 0.0), ())],
)
def test_a_place_that_is_none_is_left_out(longitude: object, latitude: object) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps[2], gps[4] = latitude, longitude
    assert "lon" not in look_at(photo(exif=exif), most_pixels=MOST).told


def test_thumbnails_keep_to_their_size_and_show_no_black_where_nothing_is() -> None:
    out = BytesIO()
    Image.new("RGBA", (2000, 400), (0, 0, 0, 0)).save(out, "PNG")
    drawn = copies(out.getvalue(), Kind.PNG, most_pixels=MOST)
    for copy, size in {Copy.SMALL: (320, 64), Copy.LARGE: (1280, 256)}.items():
        with Image.open(BytesIO(drawn[copy])) as picture:
            assert (picture.format, picture.size) == ("JPEG", size)
            assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_of_a_document_others_get_nothing() -> None:
    assert copies(b"%PDF-1.7\n", Kind.PDF, most_pixels=MOST) == {}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("现场照片.jpg", "现场照片.jpg"),
        ("a.JPEG", "a.JPEG"),
        ("../../etc/passwd", "passwd.jpg"),
        (r"C:\photos\a.jpg", "a.jpg"),
        ("a.html", "a.html.jpg"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ('a"\r\nX: y\0.jpg', "aX y.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
        ("<b>x</b>.jpg", "b.jpg"),
        ("长" * 300, "长" * 100 + ".jpg"),
    ],
)
def test_a_name_is_cleaned(sent: str, shown: str) -> None:
    assert named(sent, Kind.JPEG) == shown
