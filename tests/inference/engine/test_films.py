"""The films that networks are trained and measured on: those the key is about."""

from __future__ import annotations

from pathlib import Path

from inference.engine.films import films_of_case, films_of_split, open_pack
from radiology.imaging import pixel_sha256
from radiology.packs import WriteSeries
from tests.quiz.builders import case, frame, write_pack


def test_the_key_labels_no_prior(tmp_path: Path) -> None:
    films = [WriteSeries([frame(1)], months_before=14), WriteSeries([frame(2)]), WriteSeries([frame(3)])]
    one = case(0, present=True, series=films, regions=[])
    with open_pack(write_pack(tmp_path, [one]), "practice") as pack:
        read = list(films_of_case(pack, pack.cases[0]))
        again = [film.sha256 for film in films_of_split(pack, "practice")]
    assert [film.sha256 for film in read] == again == [pixel_sha256(frame(seed)) for seed in (2, 3)]
    assert [film.frame for film in read] == [0, 1]
    assert {film.findings for film in read} == {frozenset({"pneumonia"})}
