"""The desk in Chromium: what a call-taker sees and does while calls come in."""

from collections.abc import Callable
from datetime import timedelta

from playwright.async_api import Browser, Page, expect

from gateway.domain.call import CallState, EndReason
from gateway.domain.ids import ConsumerId
from gateway.domain.ticket import Review, Ticket
from gateway.ports import Live
from tests.e2e.conftest import DeskServer, audio_until, visit
from tests.unit.web import samples
from tests.unit.web.services import Noted

STREET = "[data-field='location.street']"
NUMBER = "[data-field='location.house_number']"


async def _put(desk: DeskServer, change: Callable[..., Ticket] = samples.burglary, *more: object) -> Ticket:
    ticket = change(samples.blank(), *more)
    samples.write_wav(desk.recordings / f"{ticket.id}.wav", 18)
    return await desk.queue.change(ticket)


async def _opened(desk: DeskServer, page: Page, *more: object) -> Ticket:
    await page.hover("#bar")
    ticket = await _put(desk, samples.burglary, *more)
    await page.click(f"#row-{ticket.id} a")
    await expect(page.locator("article.ticket")).to_be_visible()
    return ticket


async def test_ticket_appears_and_grows_without_reload(desk: DeskServer, page: Page) -> None:
    await expect(page.locator("#empty")).to_be_visible()
    await page.evaluate("window.sameDocument = true")
    ticket = samples.blank()
    await desk.queue.change(ticket)
    row = page.locator(f"#row-{ticket.id}")
    await expect(row).to_contain_text("plaats nog niet gekend")
    await row.locator("a").click()
    await expect(page).to_have_url(f"{desk.address}/tickets/{ticket.id}")
    await expect(page.locator(f"{STREET} .value")).to_have_text("niet gekend")
    await desk.queue.say(Live(ticket.id, samples.spoken("in de defacqz", 8000)))
    await expect(page.locator("#partial")).to_contain_text("in de defacqz")
    await desk.queue.change(samples.burglary(ticket, 3))
    await expect(row).to_contain_text("Defacqzstraat 53, Elsene")
    await expect(page.locator(f"{STREET} .value")).to_have_text("Defacqzstraat")
    await expect(page.locator(f"{STREET} .certainty")).to_have_text("zeker")
    await expect(page.locator("#partial")).to_be_hidden()
    await expect(page.locator(".segment.gateway .who").first).to_contain_text("Gateway")
    assert await page.evaluate("window.sameDocument") is True


async def test_words_a_value_rests_on_are_marked(desk: DeskServer, page: Page) -> None:
    await _opened(desk, page)
    await page.hover(f"{NUMBER} .value")
    await expect(page.locator("mark")).to_have_text("nummer drieënvijftig")
    await page.hover("#ticket-title")
    await expect(page.locator("mark")).to_have_count(0)
    await page.focus("[data-field='facts.weapon'] .value")
    await expect(page.locator("mark")).to_have_text("een mes")


async def test_marks_stay_while_the_ticket_grows(desk: DeskServer, page: Page) -> None:
    ticket = await _opened(desk, page, 3)
    await page.click(f"{STREET} .value")
    await page.hover("#ticket-title")
    await expect(page.locator("mark")).to_have_text("defacqzstraat")
    await desk.queue.change(samples.burglary(ticket, 5))
    await expect(page.locator("[data-field='facts.weapon'] .value")).to_have_text("mes")
    await expect(page.locator("mark")).to_have_text("defacqzstraat")


async def test_recording_plays_from_the_words(desk: DeskServer, page: Page) -> None:
    await _opened(desk, page)
    await page.click(f"{NUMBER} [data-play]")
    await audio_until(page, "currentTime > 8.5")
    assert await page.evaluate("document.querySelector('audio').currentTime") < 11
    await page.click(".segment.caller >> text=inbreken")
    await audio_until(page, "currentTime < 8.5")


async def test_recording_of_a_running_call_grows(desk: DeskServer, page: Page) -> None:
    ticket = samples.burglary(samples.blank())
    file = desk.recordings / f"{ticket.id}.wav"
    samples.write_wav(file, 5, finished=False)
    await desk.queue.change(ticket)
    await page.click(f"#row-{ticket.id} a")
    await page.click("[data-field='incident.type'] [data-play]")
    await audio_until(page, "duration > 4.9")
    samples.write_wav(file, 18, finished=False)
    await page.hover("[data-field='facts.weapon']")
    await page.click("[data-field='facts.weapon'] [data-play]")
    await audio_until(page, "currentTime > 13")


async def test_correction_shows_in_the_other_browser(desk: DeskServer, browser: Browser, page: Page) -> None:
    ticket = await _opened(desk, page)
    async with visit(browser, f"{desk.entrance}&next=/tickets/{ticket.id}", locale="fr-BE") as other:
        await expect(other.locator(f"{STREET} .value")).to_have_text("Rue Defacqz")
        await page.click(f"{NUMBER} [data-edit]")
        await page.fill(f"{NUMBER} input", "53A")
        await page.press(f"{NUMBER} input", "Enter")
        for window, words in ((page, "ingevuld door een persoon"), (other, "saisi par une personne")):
            await expect(window.locator(f"{NUMBER} .value")).to_have_text("53A")
            await expect(window.locator(f"{NUMBER} .certainty")).to_have_text(words)
    stored = await desk.queue.get(ticket.id)
    assert stored is not None
    assert stored.location.house_number.value == "53A"
    assert stored.review is Review.CORRECTED


async def test_correction_that_cannot_be_is_told_in_place(desk: DeskServer, page: Page) -> None:
    await _opened(desk, page)
    await page.click(f"{NUMBER} [data-edit]")
    await page.fill(f"{NUMBER} input", "rechts")
    await page.click(f"{NUMBER} .save")
    await expect(page.locator(f"{NUMBER} .note")).to_contain_text("begint met een cijfer")
    await page.press(f"{NUMBER} input", "Escape")
    await expect(page.locator(f"{NUMBER} .value")).to_have_text("53")
    await expect(page.locator(f"{NUMBER} [data-edit]")).to_be_focused()


async def test_rival_is_chosen_with_one_click(desk: DeskServer, page: Page) -> None:
    await _opened(desk, page)
    await page.click("[data-field='incident.type'] .rival")
    await expect(page.locator("#ticket-title")).to_have_text("vastgestelde inbraak")


async def test_second_person_is_warned_before_replacing(desk: DeskServer, browser: Browser, page: Page) -> None:
    ticket = await _opened(desk, page)
    async with visit(browser, f"{desk.entrance}&next=/tickets/{ticket.id}") as other:
        await page.click(f"{NUMBER} [data-edit]")
        await page.fill(f"{NUMBER} input", "55")
        await other.click(f"{NUMBER} [data-edit]")
        await other.fill(f"{NUMBER} input", "57")
        await other.click(f"{NUMBER} .save")
        await expect(other.locator(f"{NUMBER} .value")).to_have_text("57")
        await page.click(f"{NUMBER} .save")
        await expect(page.locator(f"{NUMBER} .note")).to_contain_text("57")
        await page.click(f"{NUMBER} .save")
        await expect(other.locator(f"{NUMBER} .value")).to_have_text("55")


async def test_edit_outlives_updates_other_tickets_and_reload(desk: DeskServer, page: Page) -> None:
    ticket = await _opened(desk, page, 3)
    await page.click(f"{STREET} [data-edit]")
    await page.fill(f"{STREET} input[name=nl]", "Defacqz")
    await desk.queue.change(samples.burglary(ticket, 5))
    await expect(page.locator("[data-field='facts.weapon'] .value")).to_have_text("mes")
    field = page.locator(f"{STREET} input[name=nl]")
    await expect(field).to_have_value("Defacqz")
    await expect(field).to_be_focused()
    await expect(page.locator(f"{STREET} .note")).to_have_text("nog niet opgeslagen")
    other = await _opened(desk, page)
    await page.click("[data-field='facts.weapon'] [data-edit]")
    await expect(page.locator(f"#row-{other.id} .unsaved")).to_be_hidden()
    await expect(page.locator(f"#row-{ticket.id} .unsaved")).to_be_visible()
    await page.click(f"#row-{ticket.id} a")
    await expect(field).to_have_value("Defacqz")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.reload()
    await expect(field).to_have_value("Defacqz")


async def test_lost_connection_and_restart_lose_no_edit(desk: DeskServer, page: Page) -> None:
    ticket = await _opened(desk, page)
    await page.click(f"{NUMBER} [data-edit]")
    await page.fill(f"{NUMBER} input", "35")
    await desk.stop()
    await expect(page.locator("#lost")).to_contain_text("Verbinding verbroken")
    await page.click(f"{NUMBER} .save")
    await expect(page.locator(f"{NUMBER} .note")).to_contain_text("nog niet opgeslagen")
    another = await desk.queue.change(samples.noise(samples.blank()))
    await desk.start()
    await expect(page.locator(f"{NUMBER} .value")).to_have_text("35", timeout=15_000)
    await expect(page.locator("#lost")).to_be_hidden()
    await page.hover("#ticket-title")
    await expect(page.locator(f"#row-{another.id}")).to_be_visible()
    stored = await desk.queue.get(ticket.id)
    assert stored is not None
    assert stored.location.house_number.value == "35"


async def test_confirm_by_key(desk: DeskServer, page: Page) -> None:
    ticket = await _put(desk)
    await desk.queue.change(samples.raised(ticket, "silent_line", "nobody spoke"))
    await page.click(f"#row-{ticket.id} a")
    await expect(page.locator("article .raised")).to_be_visible()
    await page.keyboard.press("c")
    await expect(page.locator(".review")).to_have_text("bevestigd")
    await expect(page.locator("article .raised")).to_have_count(0)
    await expect(page.locator("[data-confirm]")).to_be_disabled()


async def test_whole_way_by_keyboard(desk: DeskServer, page: Page) -> None:
    first, second = await _put(desk), await _put(desk)
    await expect(page.locator(f"#row-{second.id}")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.locator(f"#row-{first.id} a")).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator("#ticket-title")).to_be_focused()
    await expect(page).to_have_url(f"{desk.address}/tickets/{second.id}")
    await page.focus(f"{NUMBER} .value")
    await page.keyboard.press("e")
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"{NUMBER} .value")).to_have_text("12")
    await expect(page.locator("form.editor")).to_have_count(0)
    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#help")).to_be_hidden()
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk.address}/tickets/{first.id}")
    await page.go_back()
    await expect(page.locator(f"article[data-ticket='{second.id}']")).to_be_visible()


async def test_nothing_jumps_while_the_pointer_is_in_the_list(desk: DeskServer, page: Page) -> None:
    low = await desk.queue.change(samples.noise(samples.blank()))
    await page.hover(f"#row-{low.id}")
    before = await page.locator(f"#row-{low.id}").bounding_box()
    urgent = await _put(desk)
    await expect(page.locator("#waiting")).to_have_text("1 nieuw, waarvan 1 onmiddellijk")
    assert await page.locator(f"#row-{low.id}").bounding_box() == before
    await expect(page.locator("#announcer")).to_contain_text("Nieuwe melding: onmiddellijk, inbraak op heterdaad")
    await page.click("#waiting")
    await expect(page.locator("#rows > li").first).to_have_attribute("id", f"row-{urgent.id}")


async def test_unread_and_changed_are_told_apart(desk: DeskServer, page: Page) -> None:
    first = await _put(desk, samples.burglary, 3)
    badge = page.locator(f"#row-{first.id} .unread")
    await expect(badge).to_have_text("nieuw")
    await page.click(f"#row-{first.id} a")
    await expect(badge).to_be_hidden()
    await _opened(desk, page)
    await desk.queue.change(samples.burglary(first, 5))
    await expect(badge).to_have_text("gewijzigd")


async def test_store_away_is_said_and_ends(desk: DeskServer, page: Page) -> None:
    await _opened(desk, page)
    await desk.queue.go_away()
    await expect(page.locator("#store")).to_contain_text("Oproepen worden verder beantwoord")
    await page.click(f"{NUMBER} [data-edit]")
    await page.fill(f"{NUMBER} input", "9")
    await page.click(f"{NUMBER} .save")
    await expect(page.locator(f"{NUMBER} .note")).to_contain_text("nog niet opgeslagen")
    desk.queue.away = False
    await expect(page.locator("#store")).to_be_hidden()
    await expect(page.locator(f"{NUMBER} .value")).to_have_text("9")


async def test_taken_tickets_go_down_and_closed_ones_away(desk: DeskServer, page: Page) -> None:
    first, second = await _put(desk), await _put(desk)
    await expect(page.locator(f"#row-{second.id}")).to_be_visible()
    lease = await desk.queue.claim(ConsumerId("patrol-desk"), 60)
    assert lease is not None
    assert lease.ticket.id == first.id
    await expect(page.locator("#rows > li").last).to_have_attribute("id", f"row-{first.id}")
    await expect(page.locator(f"#row-{first.id}")).to_contain_text("bij patrol-desk")
    await desk.queue.ack(first.id, lease.token)
    await expect(page.locator(f"#row-{first.id}")).to_have_count(0)


async def test_ended_call_says_how(desk: DeskServer, page: Page) -> None:
    ticket = await _opened(desk, page)
    ended = samples.burglary(ticket)
    call = ended.call.model_copy(
        update={
            "state": CallState.ENDED,
            "end_reason": EndReason.CALLER,
            "ended_at": ended.call.answered_at + timedelta(seconds=75),
        }
    )
    await desk.queue.change(ended.model_copy(update={"call": call}))
    await expect(page.locator(".call-line")).to_have_text("beëindigd: beller legde op")
    await expect(page.locator(".timer")).to_have_text("1:15")


async def test_deferred_answer_shows_what_the_caller_was_told(desk: DeskServer, page: Page) -> None:
    ticket = await _put(desk, samples.noise)
    await page.click(f"#row-{ticket.id} a")
    block = page.locator(".information")
    await expect(block).to_contain_text("Une patrouille passera")
    await expect(block).to_contain_text("2 uur")
    await expect(page.locator("[data-field='facts.injured'] .value")).to_have_text("niemand, zegt de beller")
    owed = ticket.caller_information.model_copy(update={"spoken_at": None, "by": None})
    await desk.queue.change(ticket.model_copy(update={"caller_information": owed}))
    await expect(page.locator(".owed-note")).to_be_visible()


async def test_words_of_a_caller_are_no_markup(desk: DeskServer, page: Page) -> None:
    words = "<img src=x onerror=window.hacked=1>"
    ticket = samples.simple(samples.blank(caller="<b>x</b>"), "noise", 4, "fr", words)
    await desk.queue.change(ticket)
    await page.click(f"#row-{ticket.id} a")
    await expect(page.locator(".segment.caller").first).to_contain_text("onerror=window.hacked=1>")
    await expect(page.locator(".facts-line .number")).to_have_text("<b>x</b>")
    assert await page.evaluate("window.hacked") is None


async def test_other_languages_of_the_page(desk: DeskServer, page: Page) -> None:
    await _put(desk)
    for language, title in (
        ("de", "Einbruch im Gange"),
        ("en", "burglary in progress"),
        ("fr", "cambriolage en cours"),
    ):
        await page.click(f".tongues a[hreflang={language}]")
        await expect(page.locator(".row-type")).to_have_text(title)
        await expect(page.locator("html")).to_have_attribute("lang", language)


async def test_sign_in_form_and_consultation_log(desk: DeskServer, browser: Browser) -> None:
    ticket = await _put(desk)
    async with visit(browser, f"{desk.address}/tickets/{ticket.id}") as page:
        await page.fill("[name=token]", "wrong")
        await page.press("[name=token]", "Enter")
        await expect(page.locator("[role=alert]")).to_have_text("Deze toegangscode klopt niet.")
        await page.fill("[name=token]", "a-token-of-the-tests")
        await page.fill("[name=name]", "An Peeters")
        await page.press("[name=token]", "Enter")
        await expect(page.locator("article.ticket")).to_be_visible()
        assert "token" not in page.url
        await page.reload()
        await expect(page.locator("article.ticket")).to_be_visible()
    audit = desk.services.audit
    assert isinstance(audit, Noted)
    assert audit.entries == [("consultation", ticket.id, "opened at the desk")]
