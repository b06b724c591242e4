"""How the dated truths of a school are shown: its type and other dated settings, and its delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.cli.tables import day, table

if TYPE_CHECKING:
    from casework.services.school_details import SchoolView


def dated_text(found: SchoolView) -> list[str]:
    """Return the parts of a screen about what is true from a day on; none where nothing is entered or can be."""
    from casework.cli.output import strong
    from casework.cli.tables import paragraph

    settings, policy = found.policy.settings, found.policy
    parts = []
    if found.dated.values:
        rows = [
            (
                item.setting,
                settings[item.setting].options.get(str(item.value), str(item.value)),
                day(item.since),
            )
            for item in found.dated.values
            if item.setting in settings
        ]
        parts.append(f"{strong('True from a day on')}\n" + table(["Setting", "What it is", "From"], rows))
    if found.dated.posts:
        held = [
            (policy.roles[item.post].title, found.names.get(item.person, "vacant"), day(item.since))
            for item in found.dated.posts
            if item.post in policy.roles
        ]
        parts.append(f"{strong('Posts')}\n" + table(["Post", "Held by", "From"], held))
    if found.dated.delegations:
        parts.append(
            f"{strong('Delegations')}\n"
            + table(
                ["No", "Power", "To", "From", "Until", "Minute"],
                [
                    (
                        str(number),
                        policy.powers[item.power].title if item.power in policy.powers else item.power,
                        policy.roles[item.role].title if item.role in policy.roles else item.role,
                        day(item.since),
                        "" if item.until is None else day(item.until),
                        found.minutes.get(item.id, ""),
                    )
                    for number, item in enumerate(found.dated.delegations, start=1)
                ],
            )
        )
    elif policy.powers:
        parts.append(
            f"{strong('Delegations')}\n"
            + paragraph(
                f"None is entered. Powers: {', '.join(policy.powers)}. Enter one with `casework school delegate`."
            )
        )
    return parts


def dated_json(found: SchoolView) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "dated": [
            {"setting": item.setting, "value": item.value, "from": item.since.isoformat()}
            for item in found.dated.values
        ],
        "posts": [
            {**item.to_facts(), "name": found.names.get(item.person, "")} for item in found.dated.posts
        ],
        "delegations": [
            {"number": number, **item.to_facts(), "minute": found.minutes.get(item.id, "")}
            for number, item in enumerate(found.dated.delegations, start=1)
        ],
    }
