"""The way of an officer: register, look, do, be refused, find again."""

from tests.web.conftest import Opened, Site


def test_a_name_and_a_sentence_open_a_case(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    page = wang.get(opened(wang))
    assert page.status_code == 200
    assert "已登记" in page.text
    assert "王某" in page.text
    assert "王小明" not in page.text
    assert "若无人处理" in page.text


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(site: Site) -> None:
    wang = site.officer("wangguilan@tx")
    wang.get("/register/neighbour")
    page = wang.post("/register/neighbour", {"sentence": "一句话", "people.0.phone": "12"})
    assert page.status_code == 422
    assert 'href="#f-people-0-name"' in page.text
    assert 'href="#f-people-0-phone"' in page.text
    assert "一句话" in page.text
    assert 'value="12"' in page.text


def test_an_event_is_done_by_its_form(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    form = wang.get(f"{case}/do/interview")
    assert form.status_code == 200
    done = wang.post(f"{case}/do/interview", {"account": "孩子练跳绳", "grade": "ordinary"})
    assert done.status_code == 200
    assert "已接谈" in done.text


def test_a_blocked_event_shows_every_blocker_with_its_article(
    site: Site, opened: Opened
) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    wang.post(f"{case}/do/interview", {"account": "孩子练跳绳"})
    page = wang.get(f"{case}/do/decline")
    assert "现在还不能办理" in page.text
    assert "依据《" in page.text
    # What lifts a blocker is one step away, where this officer may do it.
    assert f'<a href="{case}/do/record_application">' in page.text
    refused = wang.post(f"{case}/do/decline", {})
    assert refused.status_code == 409
    assert f'<a href="{case}/do/record_application">' in refused.text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    site: Site, opened: Opened
) -> None:
    wang, zhao = site.officer("wangguilan@tx"), site.officer("zhaomin@tx")
    case = opened(wang)
    wang.get(f"{case}/do/note")
    zhao.get(f"{case}/do/note")
    note = {"sort": "call", "note": "打过电话", "version": "1"}
    assert wang.post(f"{case}/do/note", note).status_code == 200
    lost = zhao.post(f"{case}/do/note", {**note, "note": "上门看过"})
    assert lost.status_code == 409
    assert "上门看过" in lost.text
    assert 'name="version" value="2"' in lost.text


def test_a_form_sent_twice_is_done_once(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    note = {"sort": "call", "note": "打过电话", "version": "1", "key": "k1"}
    assert wang.post(f"{case}/do/note", note).status_code == 200
    assert wang.post(f"{case}/do/note", note).status_code == 200
    assert wang.get(f"{case}/log").text.count("工作记录") == 1


def test_a_form_sent_again_is_told_the_same_though_the_case_has_moved_on(
    site: Site, opened: Opened
) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    wang.post(f"{case}/do/ask_guidance", {"receiver": "yq-sfs", "question": "如何处理"})
    chen = site.officer("chenzhiyuan@yq-sfs")
    address, told = f"{case}/do/referral/1:sign_for", {"signed_on": "2026-03-02", "key": "k1"}
    first = chen.post(address, told, follow_redirects=False)
    assert chen.get(address).status_code == 409
    again = chen.post(address, told, follow_redirects=False)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"]
    changed = chen.post(address, {**told, "signed_on": "2026-03-01"})
    assert (changed.status_code, "请求编号" in changed.text) == (409, True)


def test_one_question_at_a_time_carries_the_answers(site: Site) -> None:
    wang = site.officer("wangguilan@tx")
    wang.client.cookies.set("density", "guided")
    first = wang.get("/register/neighbour")
    assert "第 1 步" in first.text
    stays = wang.post("/register/neighbour", {"at": "0", "step": "1"})
    assert "第 1 步" in stays.text
    assert "必须填写" in stays.text
    names = {"people.0.name": "王小明", "people.1.name": "李建国"}
    second = wang.post("/register/neighbour", {**names, "at": "0", "step": "1"})
    assert "第 2 步" in second.text
    assert "必须填写" not in second.text
    assert '<input type="hidden" name="people.1.name" value="李建国">' in second.text
    said = {**names, "class": "noise", "sentence": "太吵"}
    last = wang.post("/register/neighbour", {**said, "at": "3", "step": "4"})
    assert "请核对" in last.text
    assert "噪声扰民" in last.text
    done = wang.post("/register/neighbour", {**said, "at": "4"}, follow_redirects=False)
    assert done.status_code == 303


def test_names_are_shown_in_full_for_a_reason_only(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    assert wang.post(f"{case}/reveal", {"reason": ""}).status_code == 422
    shown = wang.post(f"{case}/reveal", {"reason": "联系当事人"})
    assert "王小明" in shown.text


def test_a_case_is_found_by_number_and_by_name(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    opened(wang)
    for query in ("2026天馨人调字第1号", "王小明", "建国"):
        assert "第1号" in wang.post("/cases", {"q": query}).text
    assert "没有找到" in wang.post("/cases", {"q": "张三丰"}).text


def test_a_case_of_another_committee_is_not_there(site: Site, opened: Opened) -> None:
    case = opened(site.officer("wangguilan@tx"))
    other = site.officer("zhengyumei@sg")
    unknown = other.get("/cases/（2026）天馨人调字第9号")
    for address in (case, f"{case}/log", f"{case}/do/note", f"{case}/documents/1.1"):
        page = other.get(address)
        assert page.status_code == 404
        assert "王" not in page.text
    assert unknown.status_code == 404


def test_like_cases_are_acknowledged_on_the_page(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    opened(wang)
    sent = {"people.0.name": "王小明", "people.1.name": "李建国", "class": "noise"}
    again = wang.post("/register/neighbour", {**sent, "sentence": "又吵了"})
    assert again.status_code == 409
    assert 'name="acknowledged_duplicates"' in again.text
    known = {"acknowledged_duplicates": "（2026）天馨人调字第1号"}
    done = wang.post(
        "/register/neighbour", {**sent, **known, "sentence": "又吵了"}, follow_redirects=False
    )
    assert done.status_code == 303


def test_a_referral_is_received_on_the_other_desk(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    sent = wang.post(f"{case}/do/ask_guidance", {"receiver": "yq-sfs", "question": "如何处理"})
    assert sent.status_code == 200, sent.text
    chen = site.officer("chenzhiyuan@yq-sfs")
    assert "待接收" in chen.get("/").text
    inbox = chen.get("/referrals")
    assert "请司法所指导" in inbox.text
    done = chen.post(f"{case}/do/referral/1:sign_for", {"signed_on": "2026-03-02"})
    assert done.status_code == 200
    assert "已签收，待答复" in wang.get("/referrals?sent=true").text


def test_a_desk_that_has_handed_a_case_over_sees_its_progress_alone(
    site: Site, opened: Opened
) -> None:
    sun = site.officer("sunwei@tx-wg1")
    case = opened(sun)
    sun.post(f"{case}/do/route", {"receiver": "tx", "reason": "simple"})
    wang = site.officer("wangguilan@tx")
    wang.post(f"{case}/do/referral/1:take_over", {})
    page = sun.get(case)
    assert page.status_code == 200
    assert "这里只显示进度" in page.text
    assert "王某" not in page.text
    assert sun.get(f"{case}/log").status_code == 403


def test_the_log_names_who_acted(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    assert "王桂兰" in wang.get(case).text
    assert "王桂兰" in wang.get(f"{case}/log").text
