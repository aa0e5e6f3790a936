"""Who has looked at names in full is shown to those who answer for it."""

from tests.offices import Desk
from tests.steps.registrations import a_dispute_of_two_is_registered
from tests.web.conftest import Site, guard


def test_looks_are_shown_to_chair_supervisor_and_auditor_only(site: Site, desk: Desk) -> None:
    site.clock.at = desk.now
    a_dispute_of_two_is_registered(desk, None, "王桂兰", "张建军", "李秀英", "邻里纠纷")
    number = desk.number
    mediator = site.client("zhaomin@tx")
    given = {"reason": "查", "guard": guard(mediator)}
    assert mediator.post(f"/cases/{number}/reveal", data=given).status_code == 422
    given["reason"] = "核对电话"
    assert mediator.post(f"/cases/{number}/reveal", data=given).status_code == 200
    for seat in ("wangguilan@tx", "chenzhiyuan@yq-sfs", "hanbing@yx-sfj"):
        page = site.client(seat).get(f"/cases/{number}/reveals")
        assert page.status_code == 200, seat
        assert "核对电话" in page.text
        assert "赵敏" in page.text
    assert mediator.get(f"/cases/{number}/reveals").status_code == 403
    assert site.client("beilei@nb-hl").get(f"/cases/{number}/reveals").status_code == 404
    assert "reveals" in site.client("wangguilan@tx").get(f"/cases/{number}").text
