"""A directory of unit files small enough to read at a glance, to break one line at a time."""

from __future__ import annotations

from pathlib import Path

OLD, NEW = "units_until_2025-06-30.csv", "units_since_2025-07-01.csv"
LINKS = "succession_2025-07-01.csv"
AGENCIES, CHANGES = "agencies.csv", "changes_since_2025-07-01.csv"

SMALL = {
    OLD: """\
tier,code,type,name,full_name,parent_code
province,01,Thành phố,Hà Nội,Thành phố Hà Nội,vn
province,06,Tỉnh,Bắc Kạn,Tỉnh Bắc Kạn,vn
province,19,Tỉnh,Thái Nguyên,Tỉnh Thái Nguyên,vn
district,001,Quận,Ba Đình,Quận Ba Đình,01
district,058,Thành phố,Bắc Kạn,Thành phố Bắc Kạn,06
district,164,Thành phố,Thái Nguyên,Thành phố Thái Nguyên,19
district,755,Huyện,Côn Đảo,Huyện Côn Đảo,19
commune,00001,Phường,Phúc Xá,Phường Phúc Xá,001
commune,01834,Phường,Nguyễn Thị Minh Khai,Phường Nguyễn Thị Minh Khai,058
commune,01840,Phường,Đức Xuân,Phường Đức Xuân,058
commune,05443,Phường,Trưng Vương,Phường Trưng Vương,164
commune,05461,Phường,Gia Sàng,Phường Gia Sàng,164
""",
    NEW: """\
tier,code,type,name,full_name,parent_code,law
province,01,Thành phố,Hà Nội,Thành phố Hà Nội,vn,202/2025/QH15
province,19,Tỉnh,Thái Nguyên,Tỉnh Thái Nguyên,vn,202/2025/QH15
commune,00001,Xã,Phúc Xá,Xã Phúc Xá,01,1656/NQ-UBTVQH15
commune,01840,Phường,Đức Xuân,Phường Đức Xuân,19,1683/NQ-UBTVQH15
commune,05443,Phường,Phan Đình Phùng,Phường Phan Đình Phùng,19,1683/NQ-UBTVQH15
commune,26732,Đặc khu,Côn Đảo,Đặc khu Côn Đảo,19,1683/NQ-UBTVQH15
""",
    LINKS: """\
old_tier,old_code,new_code,kind
province,01,01,same
province,06,19,whole
province,19,19,whole
commune,00001,00001,same
commune,01834,01840,whole
commune,01840,01840,whole
commune,05443,05443,people_all
commune,05443,01840,land_only
commune,05461,05443,part
commune,05461,01840,part
district,755,26732,same
""",
    AGENCIES: """\
code,type,name,full_name,parent_code,from,until
19-snv,Sở,Sở Nội vụ,Sở Nội vụ tỉnh Thái Nguyên,19,,2025-07-01
19-snv,Sở,Sở Nội vụ,Sở Nội vụ tỉnh Thái Nguyên,19,2025-07-01,
164-ptp,Phòng,Phòng Tư pháp,Phòng Tư pháp thành phố Thái Nguyên,164,,2025-07-01
""",
    CHANGES: """\
tier,code,from,type,name,full_name,law
commune,00001,2026-04-30,Phường,Phúc Xá,Phường Phúc Xá,237/NQ-UBTVQH16
agency,19-snv,2026-09-01,Sở,Sở Nội vụ và Lao động,Sở Nội vụ và Lao động tỉnh Thái Nguyên,
""",
}


class UnitFiles:
    """The small files in a directory of their own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for file, text in SMALL.items():
            (directory / file).write_text(text, encoding="utf-8")

    def edit(self, file: str, find: str, put: str) -> None:
        """Put one text in the place of another, which stands in the file exactly once."""
        path = self.directory / file
        text = path.read_text(encoding="utf-8")
        assert text.count(find) == 1, f"{find!r} stands {text.count(find)} times in {file}"
        path.write_text(text.replace(find, put), encoding="utf-8")

    def append(self, file: str, line: str) -> None:
        with (self.directory / file).open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
