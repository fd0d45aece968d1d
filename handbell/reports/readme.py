"""What the READ ME beside the files for a marketing tool says. Pure."""

from collections.abc import Mapping

from handbell.reports.declared import Asked, Profile

_STEPS = {
    "mailchimp": """\
How to import them into Mailchimp (Audience > Add contacts > Import, CSV):
  subscribed.csv    choose the status "Subscribed"
  unsubscribed.csv  choose the status "Unsubscribed"
  cleaned.csv       choose the status "Cleaned"
The status is chosen once for each file: import the three one after the other, and import
unsubscribed.csv and cleaned.csv first.""",
    "constant_contact": """\
How to import them into Constant Contact (on its website, not by its API, which leaves rows
beyond 40,000 away without a word):
  unsubscribed.csv  import as unsubscribed contacts, first
  cleaned.csv       import as unsubscribed contacts too: these mailboxes do not exist
  subscribed.csv    import into a list; you confirm there that you have permission to send
Import the three one after the other.""",
}


def readme(profile: Profile, asked: Asked, counts: Mapping[str, int], *, left_out: int) -> str:
    """Return the text, with how many addresses each file has and who is in none of them."""
    lines = [
        f"Patient Email Report for {profile.word}, {asked.today:%Y-%m-%d}",
        "",
        f"  subscribed.csv    {counts['subscribed']:>9,}  {_subscribed(asked)}",
        f"  unsubscribed.csv  {counts['unsubscribed']:>9,}  said no: never write to them",
        f"  cleaned.csv       {counts['cleaned']:>9,}  the mailbox does not exist any more",
    ]
    if left_out:
        lines.append(
            f"  not_importable.csv {left_out:>8,}  {profile.word} would not take these: why, and"
            " into which file each belongs, stands beside it"
        )
    if counts[""]:
        lines.append(f"\nIn no file, because the report was asked for others: {counts['']:,}.")
    lines += [
        "",
        _STEPS[profile.name],
        "",
        "Somebody who said no is in unsubscribed.csv whatever permission the report was asked for.",
        "Deceased patients are in no file. A minor's address is the guardian's.",
        "",
        f"What {profile.word} takes: {profile.page}",
        "",
        "These files hold patients' addresses. Keep them where only those who need them can open",
        "them, and delete them when the import is done.",
        "",
    ]
    return "\r\n".join("\n".join(lines).split("\n"))


def _subscribed(asked: Asked) -> str:
    wanted = asked.values.get("permission", "")
    if wanted == "given":
        return "gave marketing permission"
    if wanted == "not_asked":
        return "WERE NEVER ASKED for marketing permission: ask them first"
    if wanted == "taken_back":
        return "(the report was asked for those who took it back)"
    return "gave marketing permission, OR WERE NEVER ASKED for it"
