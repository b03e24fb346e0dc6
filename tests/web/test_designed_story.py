"""A study whose rounds are designed, from its pilot to drift, through the API with tokens only, on both databases."""

from collections.abc import Callable

from flask import Flask

from intercoder.db import Database
from web.api_story_designed import (
    a_study_is_prepared,
    drift_is_looked_for,
    somebody_comes_and_somebody_goes,
    the_gate_is_failed_and_passed,
    the_main_round_is_coded_and_closed,
    the_main_round_is_planned,
    the_pilot_is_coded_and_settled,
    work_comes_back,
)
from web.api_study import Study


def test_a_designed_study_from_its_pilot_to_drift(app: Flask, database: Database, run_jobs: Callable[[], int]) -> None:
    study = Study(app, database, run_jobs, "wei", "hui", "rui")
    a_study_is_prepared(study)
    pilot = the_pilot_is_coded_and_settled(study)
    main = the_main_round_is_planned(study, pilot)
    the_gate_is_failed_and_passed(study, main)
    work_comes_back(study, main)
    somebody_comes_and_somebody_goes(study, main)
    the_main_round_is_coded_and_closed(study, main)
    drift_is_looked_for(study, main)
