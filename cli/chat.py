"""A conversation in the terminal, through the public JSON API."""

import click
import httpx

CHOICES_FROM = 1


def converse(base: str) -> None:
    """Talk until the resident leaves. Numbers pick choices; an empty line ends it."""
    with httpx.Client(base_url=base, timeout=30) as client:
        try:
            started = client.post("/api/conversations", json={"channel": "terminal"})
            started.raise_for_status()
        except httpx.HTTPError as error:
            raise click.ClickException(f"Nothing answers at {base}. Start Front Door with `make run`.") from error
        begun = started.json()
        _show(begun["replies"])
        client.headers["Authorization"] = f"Bearer {begun['token']}"
        while words := click.prompt("You", default="", show_default=False, prompt_suffix=": "):
            answer = client.post(f"/api/conversations/{begun['conversation']}/messages", json={"text": words})
            if answer.is_success:
                _show(answer.json()["replies"])
            else:
                click.echo(answer.json().get("error", "That did not work."))


def _show(replies: list[dict[str, object]]) -> None:
    for reply in replies:
        click.echo(f"\nFront Door: {reply['text']}")
        data = reply["data"]
        assert isinstance(data, dict)
        for card in [*data.get("legs", []), *data.get("alone", [])]:
            if isinstance(card, dict) and "service" in card:
                click.echo(f"  - {card['need_label']}: {card['service']}, {card['organisation']}")
        for block in data.get("blocks", []):
            for line in block["lines"]:
                click.echo(f"  - {line['label']}: {line['number']}")
        if data.get("error"):
            click.echo(f"  ! {data['error']}")
        if data.get("why"):
            click.echo(f"  (Why we ask: {data['why']})")
        choices = reply["choices"]
        assert isinstance(choices, list)
        for number, choice in enumerate(choices, start=CHOICES_FROM):
            click.echo(f"  {number}. {choice['label']}")
