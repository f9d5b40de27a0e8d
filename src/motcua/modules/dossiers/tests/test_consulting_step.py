"""A process may name a step of asking others (kind "consult"); it is worked on and ended like any step of handling."""

from __future__ import annotations

import sys

from motcua.modules.catalogue.data import StepLink, StepPlan
from motcua.modules.catalogue.models import Field
from motcua.modules.dossiers import api
from motcua.modules.dossiers.models import Task

STEPS = (
    StepPlan("1", 1, "reception", "Tiếp nhận", "reception-officer", "receiving", quarters=1),
    StepPlan("2", 2, "consult", "Lấy ý kiến cơ quan phối hợp", "processing-officer", quarters=4),
    StepPlan("3", 3, "sign", "Ký", "unit-leader", quarters=1),
    StepPlan("4", 4, "return", "Trả kết quả", "reception-officer", "returning"),
)
LINKS = (StepLink("1", "2"), StepLink("2", "3"), StepLink("3", "4"))


def test_a_step_of_asking_others_leads_on_to_the_next(world):
    area = Field.objects.get(province=world.province, code="HT")
    make = sys.modules["dossier_world"].make_procedure
    make(world.province, area, "1.000077", "Thủ tục có bước lấy ý kiến", "5 ngày làm việc", STEPS, LINKS)
    desk, officer = world.viewers["desk"], world.viewers["officer"]
    uid = api.file_dossier(desk, world.province, world.filing("1.000077"), hand_over=True).uid
    api.forward_dossier(officer, uid, step="2")
    assert [task.key for task in Task.objects.filter(dossier__uid=uid, closed_at=None)] == ["3"]
