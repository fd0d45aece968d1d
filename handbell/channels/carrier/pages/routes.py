"""The pages a person looks at: phones, mailboxes, and what misbehaves."""

from urllib.parse import quote

from aiohttp import web

from handbell.channels.carrier import messages
from handbell.channels.carrier.behaviour import Behaviour, BehaviourFlaw
from handbell.channels.carrier.calls import Lines
from handbell.channels.carrier.control import guarded
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.channels.carrier.mail import Reading, read
from handbell.channels.carrier.pages.log import log_page
from handbell.channels.carrier.pages.mailbox import SANDBOX, mailbox_page
from handbell.channels.carrier.pages.misbehaviour import misbehaviour_page
from handbell.channels.carrier.pages.overview import overview
from handbell.channels.carrier.pages.phone import national, phone_page
from handbell.channels.carrier.pages.shell import SCRIPT, STYLE, page
from handbell.channels.carrier.switchboard import Switchboard

# An e-mail's own page: it may look as it likes, and load, run and send nothing. Its links
# open in a new tab.
_MAIL_POLICY = (
    f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'self'"
)


class Pages:
    """The handlers. `routes` says which addresses they answer."""

    def __init__(self, board: Switchboard, lines: Lines) -> None:
        self._board = board
        self._lines = lines

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._overview),
            web.get("/log/{name}", self._log),
            web.get("/phones/{number}", self._phone),
            web.post("/phones/{number}", guarded(self._text_back)),
            web.post("/calls/{sid}", guarded(self._press)),
            web.get("/mailboxes/{address}", self._mailbox),
            web.get("/mailboxes/{address}/{sid}/html", self._html),
            web.get("/mailboxes/{address}/{sid}/files/{number:[0-9]+}", self._file),
            web.get("/misbehaviour", self._misbehaviour),
            web.post("/misbehaviour", guarded(self._ask)),
            web.post("/misbehaviour/clear", guarded(self._clear)),
            web.post("/misbehaviour/conventions", guarded(self._conventions)),
            web.post("/misbehaviour/{id:[0-9]+}/remove", guarded(self._take_back)),
            web.get("/rehearsal/carrier.css", self._style),
            web.get("/rehearsal/carrier.js", self._script),
        ]

    # -- phones ---------------------------------------------------------------------------

    async def _overview(self, request: web.Request) -> web.Response:
        content = overview(self._board.truth, request.query.get("q", ""))
        return page("Phones and mailboxes", content, here="/")

    async def _log(self, request: web.Request) -> web.Response:
        content = log_page(self._board.truth, request.match_info["name"])
        if content is None:
            raise web.HTTPNotFound
        return page("What was received", content)

    async def _phone(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        return page(national(number), phone_page(self._board.truth, number))

    async def _text_back(self, request: web.Request) -> web.Response:
        fields = await request.post()
        number, body = request.match_info["number"], str(fields.get("body", "")).strip()
        if body:
            await messages.text_from(
                self._board,
                number=number,
                sender=str(fields.get("to", "")),
                body=body,
                at=self._board.clock(),
            )
        raise web.HTTPSeeOther(f"/phones/{quote(number)}")

    async def _press(self, request: web.Request) -> web.Response:
        fields, sid = await request.post(), request.match_info["sid"]
        call = self._board.truth.calls.get(sid)
        if call is None:
            raise web.HTTPNotFound
        if "hang_up" in fields:
            self._lines.hang_up(sid)
        else:
            await self._lines.press(sid, str(fields.get("digits", "")))
        raise web.HTTPSeeOther(f"/phones/{quote(call.number)}")

    # -- mailboxes ------------------------------------------------------------------------

    async def _mailbox(self, request: web.Request) -> web.Response:
        address = request.match_info["address"]
        return page(address, mailbox_page(self._board.truth, address))

    async def _html(self, request: web.Request) -> web.Response:
        return web.Response(
            text=f'<base target="_blank">{self._reading(request).html}',
            content_type="text/html",
            headers={"Content-Security-Policy": _MAIL_POLICY},
        )

    async def _file(self, request: web.Request) -> web.Response:
        files = self._reading(request).attachments
        number = int(request.match_info["number"])
        if number >= len(files):
            raise web.HTTPNotFound
        name = quote(files[number].filename)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(
            body=files[number].content, content_type="application/octet-stream", headers=headers
        )

    def _reading(self, request: web.Request) -> Reading:
        mail = self._board.truth.mails.get(request.match_info["sid"])
        if mail is None:
            raise web.HTTPNotFound
        return read(mail.raw)

    # -- misbehaviour ---------------------------------------------------------------------

    async def _misbehaviour(self, _request: web.Request) -> web.Response:
        return self._misbehaviour_page()

    async def _ask(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items() if value}
        try:
            self._board.behaviours.add(_asked(fields))
        except (BehaviourFlaw, ValueError) as flaw:
            return self._misbehaviour_page(str(flaw))
        raise web.HTTPSeeOther("/misbehaviour")

    async def _clear(self, _request: web.Request) -> web.Response:
        self._board.behaviours.clear()
        raise web.HTTPSeeOther("/misbehaviour")

    async def _conventions(self, _request: web.Request) -> web.Response:
        for behaviour in CONVENTIONS:
            self._board.behaviours.add(behaviour)
        raise web.HTTPSeeOther("/misbehaviour")

    async def _take_back(self, request: web.Request) -> web.Response:
        self._board.behaviours.remove(int(request.match_info["id"]))
        raise web.HTTPSeeOther("/misbehaviour")

    def _misbehaviour_page(self, flaw: str = "") -> web.Response:
        content = misbehaviour_page(self._board.behaviours.all(), flaw=flaw)
        return page("Misbehaviour", content, here="/misbehaviour")

    # -- look -----------------------------------------------------------------------------

    async def _style(self, _request: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")


def _asked(fields: dict[str, str]) -> Behaviour:
    """Return the behaviour the form asks for. Raises ValueError for a number that is none."""
    return Behaviour.asked(
        fields.get("does", ""),
        number=fields.get("number", "*"),
        sender=fields.get("sender", "*"),
        times=int(fields["times"]) if "times" in fields else None,
        seconds=float(fields["seconds"]) if "seconds" in fields else None,
        code=fields.get("code"),
        text=fields.get("text"),
        kind=fields.get("kind"),
    )
