"""`iomodel completion`: what a bash shell needs to complete commands and options."""

from __future__ import annotations

import argparse

SCRIPT = """\
# Put this line into ~/.bashrc: eval "$(iomodel completion)"
_iomodel() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} known="{options} {commands}" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
{cases}
        esac
    done
    COMPREPLY=($(compgen -W "$known" -- "$word"))
}}
complete -o default -F _iomodel iomodel"""


def script(parser: argparse.ArgumentParser) -> str:
    """A completion of the commands, and after a command of its options, out of the parser."""
    commands: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            commands |= action.choices
    cases = [
        f'            {name}) known="{" ".join(_options(command))}"; break ;;'
        for name, command in commands.items()
    ]
    return SCRIPT.format(
        options=" ".join(_options(parser)), commands=" ".join(commands), cases="\n".join(cases)
    )


def _options(parser: argparse.ArgumentParser) -> list[str]:
    """Long options, and the words that options allow."""
    found = []
    for action in parser._actions:
        found += [text for text in action.option_strings if text.startswith("--")]
        if action.option_strings and action.choices:
            found += map(str, action.choices)
    return found
